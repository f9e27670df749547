using Backflow.Cli.Tests;
using Microsoft.Playwright;

namespace Backflow.Dashboard.Tests.Browser;

/// <summary>Every command that the page shows or copies, given to a shell as it stands: it finds the page's
/// store.</summary>
[Collection(ChromiumFixture.Name)]
public sealed class PageCommandTests(ChromiumFixture chromium) : IDisposable
{
    private const string Store = "a b;c & 'd'/-s;t'.db";
    private const string Name = "--store; $(touch owned) `x` 'q' \"r\" & #";

    private readonly string _folder = Directory.CreateTempSubdirectory("backflow-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Commands_StoreAndNameOfOddSigns_RunAsTheyStand()
    {
        Run("train", "--task", "adding", "--length", "30", "--cell", "rnn-sigmoid", "--hidden", "8", "--threads", "1",
            "--steps", "2", $"--name={Name}", "--store", Store);
        using BackflowProcess dashboard = BackflowProcess.Start(_folder, "dashboard", "--port", "0", "--store", Store);
        dashboard.WaitForOutput("Dashboard: ");
        Uri address = new(dashboard.OutputSoFar.Split("Dashboard: ")[1].Split('\n')[0]);

        // What the button copies trains into the store of the page.
        await using OpenedPage run = await chromium.Open(address, "/run/rnn-sigmoid-0001");
        await run.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await run.Page.GetByRole(AriaRole.Button, new() { Name = "Spectral regime" }).First.ClickAsync();
        await run.Page.GetByRole(AriaRole.Button, new() { Name = "Copy", Exact = true }).First.ClickAsync();
        await OpenedPage.See(run.Page.GetByRole(AriaRole.Button, new() { Name = "Copied" }));
        string copied = await run.Page.EvaluateAsync<string>("navigator.clipboard.readText()");
        Assert.Equal(copied, await run.Page.Locator(".command code").First.InnerTextAsync());
        Assert.StartsWith("backflow train ", copied, StringComparison.Ordinal);
        Run(Read(copied));
        Run("runs", "show", "rnn-0001", "--store", Store);
        run.AssertQuiet();

        await using OpenedPage compare = await chromium.Open(address, "/compare");
        Assert.Equal("compare", (await Shown(compare, "p.lead code"))[0]);

        Run("runs", "delete", "rnn-sigmoid-0001", "--yes", "--store", Store);
        Run("runs", "delete", "rnn-0001", "--yes", "--store", Store);
        await using OpenedPage home = await chromium.Open(address, "/");
        Assert.Equal("compare", (await Shown(home, ".command code"))[0]);
        foreach (string words in await home.Page.Locator(".command code").AllInnerTextsAsync())
        {
            Read(words);
        }

        await using OpenedPage runs = await chromium.Open(address, "/runs");
        Assert.Equal("train", (await Shown(runs, "p.lead code"))[0]);

        dashboard.Interrupt();
        Assert.Equal(0, dashboard.WaitForEnd().ExitCode);
        await runs.Page.EvaluateAsync(GoTo("/compare"));
        await OpenedPage.See(runs.Page.GetByText("Compare runs"));
        await runs.Page.EvaluateAsync(GoTo("/runs"));
        ILocator remedy = runs.Page.GetByText("Start it again with: ");
        await OpenedPage.See(remedy);
        Assert.Equal("dashboard", Read((await remedy.First.InnerTextAsync()).Split("with: ")[1])[0]);
        Assert.False(File.Exists(Path.Combine(_folder, "owned")));
    }

    // Without asking the server for the page.
    private static string GoTo(string page) =>
        $"history.pushState(null, '', '{page}'), dispatchEvent(new PopStateEvent('popstate'))";

    private void Run(params string[] arguments)
    {
        ProcessResult result = BackflowProcess.Run(_folder, arguments);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', arguments)}: {result.Error}");
    }

    private async Task<string[]> Shown(OpenedPage page, string place)
    {
        ILocator command = page.Page.Locator(place).First;
        await OpenedPage.See(command);
        return Read(await command.InnerTextAsync());
    }

    // All of them name the store.
    private string[] Read(string command)
    {
        string[] words = ShellWords.Read(_folder, command);
        Assert.Equal(["--store", Store], words[^2..]);
        return words;
    }
}
