using System.Net;
using System.Text.Json;
using Microsoft.Playwright;

namespace Backflow.Dashboard.Tests.Browser;

/// <summary>The lessons on trained networks: a game to win and to lose, and sentences by distance.</summary>
[Collection(ChromiumFixture.Name)]
public sealed class DependencyLessonsTests(ChromiumFixture chromium)
{
    [Fact]
    public async Task Why_RoundsRightAndWrong_AreCountedBesideTheNetworks()
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, "/learn/why");
        await page.Page.GetByLabel("Letter by letter, with a button").CheckAsync();
        await Move(page, "Letters between", "3");
        await OpenedPage.See(page.Page.GetByText("With 3 letters between, right in 100 rounds"));

        string first = await Read(page, letters: 4);
        await OpenedPage.See(page.Page.GetByText("Which letter was the first?"));
        await EveryPageTests.AssertAccessible(page, "the question");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = first, Exact = true }).ClickAsync();
        await OpenedPage.See(page.Page.GetByText($"The first letter was {first}. You are right; the RNN"));
        await OpenedPage.See(page.Page.GetByText("Right answers in 1 round: you 1, RNN"));

        first = await Read(page, letters: 4, begin: "Another round");
        string other = first == "K" ? "M" : "K";

        // The question has the focus: the next answers are a key away.
        await page.Until("document.activeElement.closest('.choices') !== null");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = other, Exact = true }).PressAsync("Enter");
        await OpenedPage.See(page.Page.GetByText($"The first letter was {first}. You said {other}; the RNN"));
        await OpenedPage.See(page.Page.GetByText("Right answers in 2 rounds: you 1, RNN"));

        await page.Page.ReloadAsync();
        await OpenedPage.See(page.Page.GetByText("Right answers in 2 rounds: you 1, RNN"));
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Begin the score anew" }).ClickAsync();
        await OpenedPage.Counts(page.Page.GetByText("Right answers in"), 0);
        page.AssertQuiet();
    }

    [Fact]
    public async Task Why_APace_ShowsTheLettersByThemselves()
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, "/learn/why");
        await page.Page.GetByLabel("Letter by letter, with a button").UncheckAsync();
        await Move(page, "Pace", "200");
        await Move(page, "Letters between", "1");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Begin", Exact = true }).ClickAsync();
        await OpenedPage.See(page.Page.GetByText("Which letter was the first?"));
        page.AssertQuiet();
    }

    [Theory]
    [InlineData(ReducedMotion.Reduce, true)]
    [InlineData(ReducedMotion.NoPreference, false)]
    public async Task Why_ReducedMotion_BeginsLetterByLetter(ReducedMotion motion, bool byHand)
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, "/learn");
        await page.Page.EmulateMediaAsync(new() { ReducedMotion = motion });
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Why it matters" }).ClickAsync();
        await page.Heading("Why it matters");
        Assert.Equal(byHand, await page.Page.GetByLabel("Letter by letter, with a button").IsCheckedAsync());
        page.AssertQuiet();
    }

    [Fact]
    public async Task Dependencies_DistanceAndTraining_SayWhatTheEngineComputes()
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, "/learn/dependencies");
        ILocator sentence = page.Page.Locator(".computed");
        await OpenedPage.See(page.Page.GetByText("1 word later"));
        await OpenedPage.See(page.Page.GetByText("It is the last word that is read."));

        await Move(page, "Distance in words", "12");
        await OpenedPage.See(page.Page.GetByText("12 words later"));
        await Move(page, "Steps of training", "3");
        using HttpResponseMessage response = await served.Change(
            HttpMethod.Post, "/api/dependency-sentence?kind=agreement&distance=12&number=0&steps=3000", "{}");
        JsonElement answer = await Served.Json(response, HttpStatusCode.OK);
        string key = answer.GetProperty("words")[answer.GetProperty("key").GetInt32()].GetString()!;
        string last = answer.GetProperty("answer").GetString()!;
        await OpenedPage.See(
            page.Page.GetByText($"“{key}” decides on “{last}”, 12 words later: each of the three got it"));
        using HttpResponseMessage shares = await served.Change(
            HttpMethod.Post, "/api/dependency-accuracy?kind=agreement&steps=3000", "{}");
        JsonElement accuracy = await Served.Json(shares, HttpStatusCode.OK);
        double share = accuracy.GetProperty("shares").GetProperty("rnn")[11].GetDouble();
        await OpenedPage.See(page.Page.GetByText(FormattableString.Invariant($"the RNN in {100 * share:0.#} %")));

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Another sentence" }).ClickAsync();
        await page.Page.Locator(".sliders select").SelectOptionAsync("language");
        await OpenedPage.See(sentence.GetByText("Guessing is right in 25 %."));
        await Move(page, "Distance in words", "3");
        await OpenedPage.See(sentence.GetByText("with no word between, which training has read too"));
        page.AssertQuiet();
    }

    [Fact]
    public async Task Dependencies_TheTable_DrawsTheNetworkThatIsChosen()
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, "/learn/dependencies");
        ILocator rows = page.Page.Locator(".below tbody tr");
        await OpenedPage.Counts(rows, 8);
        await OpenedPage.Counts(rows.GetByRole(AriaRole.Img, new() { NameRegex = new("^RNN, gradient") }), 8);
        await page.Page.GetByLabel("GRU", new() { Exact = true }).CheckAsync();
        await OpenedPage.Counts(rows.GetByRole(AriaRole.Img, new() { NameRegex = new("^GRU, gradient") }), 8);
        page.AssertQuiet();
    }

    private static Task Move(OpenedPage page, string slider, string value) =>
        page.Page.GetByRole(AriaRole.Slider, new() { Name = slider }).FillAsync(value);

    /// <summary>Reads the letters of a round with the button, and returns the first.</summary>
    private static async Task<string> Read(OpenedPage page, int letters, string begin = "Begin")
    {
        await page.Page.GetByRole(AriaRole.Button, new() { Name = begin, Exact = true }).ClickAsync();
        ILocator letter = page.Page.Locator(".letter");
        string first = string.Empty;
        for (int i = 1; i <= letters; i++)
        {
            await OpenedPage.See(page.Page.GetByText($"letter {i} of {letters}"));
            first = i == 1 ? (await letter.InnerTextAsync())[..1] : first;
            string button = i < letters ? "Next letter" : "The question";
            await page.Page.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();
        }

        return first;
    }
}
