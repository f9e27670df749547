using Microsoft.Playwright;

namespace Backflow.Dashboard.Tests.Browser;

/// <summary>The reader's theme goes before the system's, on every page and in every chart.</summary>
[Collection(ChromiumFixture.Name)]
public sealed class ThemeTests(ChromiumFixture chromium)
{
    private const string Background = "getComputedStyle(document.documentElement).backgroundColor";

    /// <summary>What most pixels of the first chart's lines are.</summary>
    private const string Ink = """
        (() => {
          const canvas = document.querySelector('.chart canvas');
          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          const counts = new Map();
          for (let i = 0; i < data.length; i += 4) {
            if (data[i + 3] < 255) continue;
            const colour = `${data[i]},${data[i + 1]},${data[i + 2]}`;
            counts.set(colour, (counts.get(colour) ?? 0) + 1);
          }
          return [...counts].sort((a, b) => b[1] - a[1])[0][0];
        })()
        """;

    [Fact]
    public async Task Choice_IsRememberedAndReachedByTheKeyboard_AndChartsFollow()
    {
        await using Served served = await Served.Start();
        string id = RecordedRun.Write(served);
        await using OpenedPage page = await chromium.Open(served, $"/run/{id}");
        await OpenedPage.See(page.Page.Locator(".chart canvas"));
        string light = await page.Page.EvaluateAsync<string>(Background);
        string ink = await page.Page.EvaluateAsync<string>(Ink);
        ILocator theme = page.Page.GetByRole(AriaRole.Combobox, new() { Name = "Theme" });
        await theme.FocusAsync();
        await page.Page.Keyboard.TypeAsync("Dark");
        await page.Until($"{Background} !== '{light}'");
        await page.Until($"{Ink} !== '{ink}'");
        string dark = await page.Page.EvaluateAsync<string>(Background);
        await EveryPageTests.AssertAccessible(page, "dark by choice");

        await page.Page.GotoAsync("/runs");
        await page.Until($"{Background} === '{dark}'");
        Assert.Equal("dark", await theme.InputValueAsync());
        await page.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await theme.SelectOptionAsync("light");
        await page.Until($"{Background} === '{light}'");
        await theme.SelectOptionAsync("system");
        await page.Until($"{Background} === '{dark}'");
        page.AssertQuiet();
    }
}
