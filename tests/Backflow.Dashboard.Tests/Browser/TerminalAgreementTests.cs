using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Backflow.Dashboard.Tests.Browser;

/// <summary>The terminal and the page say the same of a run, to the digit.</summary>
[Collection(ChromiumFixture.Name)]
public sealed partial class TerminalAgreementTests(ChromiumFixture chromium)
{
    // Few units and steps: the numbers only have to be there, and to differ between the cells.
    private const string Training =
        "compare --task adding --length 12 --cells rnn,gru --hidden 12 --lr 0.02 --steps 60";

    [Fact]
    public async Task RunsOfATraining_OnTheLiveAndTheComparePage_HaveTheNumbersOfTheTerminal()
    {
        await using Served served = await Served.Start();
        await Backflow(served, Training.Split(' '));
        JsonElement[] listed =
        [
            .. (await Backflow(served, "runs", "--json")).Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(static line => JsonElement.Parse(line)),
        ];
        Assert.Equal(2, listed.Length);
        List<string> contexts = [];
        List<string> reaches = [];
        foreach (JsonElement run in listed)
        {
            string id = run.GetProperty("id").GetString()!;
            string shown = await Backflow(served, "runs", "show", id);
            string context = ContextRow().Match(shown).Groups[1].Value;
            string reach = ReachRow().Match(shown).Groups[1].Value;
            Assert.Equal(Text(run, "effectiveContext"), context);
            Assert.Equal(Text(run, "gradientReach"), reach);
            contexts.Add(context);
            reaches.Add(reach);

            await using OpenedPage live = await chromium.Open(served, $"/run/{id}");
            await live.AtStep(60);
            await Fact(live, "Effective context", context);
            await Fact(live, "Gradient reach", reach);
            await live.Heading(context == "0"
                ? "Uses nothing but the newest input"
                : $"Uses its input {context.Replace("≥ ", "at least ", StringComparison.Ordinal)} timestep");
            live.AssertQuiet();
        }

        string ids = string.Join(',', listed.Select(static run => run.GetProperty("id").GetString()));
        await using OpenedPage page = await chromium.Open(served, $"/compare?runs={ids}");
        await page.AtStep(60);
        Assert.Equal(contexts, await Row(page, "Effective context"));
        Assert.Equal(reaches, await Row(page, "Gradient reach"));
        page.AssertQuiet();

        await using OpenedPage list = await chromium.Open(served, "/runs");
        await OpenedPage.Counts(list.Page.Locator("tbody tr"), 2);
        Assert.Equal(contexts.Order(), (await Cells(list, "Context")).Order());
        Assert.Equal(reaches.Order(), (await Cells(list, "Reach")).Order());
    }

    /// <summary>A number of "runs --json" as the terminal writes it.</summary>
    private static string Text(JsonElement run, string name)
    {
        if (name == "gradientReach" && run.GetProperty("gradientGrowth").ValueKind == JsonValueKind.Number)
        {
            return $"grows ×{run.GetProperty("gradientGrowth").GetDouble():G3} per timestep";
        }

        bool atLeast = run.GetProperty(name + "IsAtLeast").GetBoolean();
        return FormattableString.Invariant($"{(atLeast ? "≥ " : string.Empty)}{run.GetProperty(name).GetDouble()}");
    }

    private static Task Fact(OpenedPage page, string label, string value) => page.Until(
        $"""
        [...document.querySelectorAll('dl.facts div')].some((fact) =>
          fact.querySelector('dt').textContent === '{label}' && fact.querySelector('dd').textContent === '{value}')
        """);

    private static async Task<IReadOnlyList<string>> Row(OpenedPage page, string label) =>
        await page.Page.Locator("tr", new() { Has = page.Page.GetByRole(AriaRole.Rowheader, new() { Name = label }) })
            .Locator("td").AllInnerTextsAsync();

    private static async Task<IReadOnlyList<string>> Cells(OpenedPage page, string label) =>
        await page.Page.Locator($"td[data-label='{label}']").AllInnerTextsAsync();

    /// <summary>Runs the program on the store that the page shows, and gives what it prints.</summary>
    private static async Task<string> Backflow(Served served, params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "backflow.dll"));
        foreach (string argument in (string[])[.. arguments, "--store", served.Store.Path])
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', arguments)}: {output}{await error}");
        return output;
    }

    [GeneratedRegex(@"effective context\s+(.+) timesteps: how far back it uses its input")]
    private static partial Regex ContextRow();

    [GeneratedRegex(@"gradient reach\s+(.+): how many timesteps back it could learn now")]
    private static partial Regex ReachRow();
}
