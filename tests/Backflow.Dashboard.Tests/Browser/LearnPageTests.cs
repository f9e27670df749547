using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;

namespace Backflow.Dashboard.Tests.Browser;

/// <summary>The learning room: what it says is what the engine computes, and a reader can go wrong in it.</summary>
[Collection(ChromiumFixture.Name)]
public sealed class LearnPageTests(ChromiumFixture chromium)
{
    [Theory]
    [InlineData("", "Learn")]
    [InlineData("/regimes", "Three regimes")]
    [InlineData("/activations", "Activations")]
    [InlineData("/gates", "Gates")]
    [InlineData("/summary", "Summary")]
    [InlineData("/timeline", "Timeline")]
    [InlineData("/quiz", "Quiz")]
    [InlineData("/playground", "Train in the page")]
    public async Task Open_EveryTopic_IsReadableInLightAndDarkAndOnAPhone(string topic, string heading)
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, $"/learn{topic}");
        await page.Heading(heading);
        await page.Until("![...document.querySelectorAll('.computed')].some(p => p.textContent.includes('computes'))");
        await EveryPageTests.Examine(page);
    }

    [Fact]
    public async Task Regimes_SliderAboveOne_SaysWhatTheEngineMeasured()
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, "/learn/regimes");
        ILocator sentence = page.Page.Locator(".computed");
        await OpenedPage.See(page.Page.GetByText("It vanishes: what happened at the first timestep"));
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Above 1, and vanishing" }).ClickAsync();
        await OpenedPage.See(page.Page.GetByText("σ₁ is 1.2, above 1, and the gradient vanishes all the same"));

        using HttpResponseMessage response = await served.Change(
            HttpMethod.Post, "/api/explorer?cell=rnn&length=30&scale=1.2&forgetBias=1&hidden=64&seed=1", "{}");
        JsonElement answer = await Served.Json(response, System.Net.HttpStatusCode.OK);
        double left = answer.GetProperty("relative")[0].GetDouble();
        string factor = Math.Pow(left, 1 / 29.0).ToString("0.###", CultureInfo.InvariantCulture);
        Assert.Contains(
            $"each timestep multiplies it by {factor}.", await sentence.InnerTextAsync(), StringComparison.Ordinal);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Stable", Exact = true }).ClickAsync();
        await OpenedPage.See(page.Page.GetByText("It stays: this is the narrow place"));

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Exploding", Exact = true }).ClickAsync();
        await OpenedPage.See(page.Page.GetByText("It explodes"));
        page.AssertQuiet();
    }

    [Fact]
    public async Task Gates_ForgetBias_MovesTheHalfLife()
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, "/learn/gates");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "bias 0" }).ClickAsync();
        await OpenedPage.See(page.Page.GetByText("The forget gate stands at 0.502"));
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "bias 3" }).ClickAsync();
        await OpenedPage.See(page.Page.GetByText("The forget gate stands at 0.945"));
        page.AssertQuiet();
    }

    [Fact]
    public async Task Quiz_RightAndWrongAnswers_AreCountedAndExplained()
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, "/learn/quiz");
        ILocator questions = page.Page.Locator("fieldset");
        await OpenedPage.Counts(questions, 8);
        await questions.Nth(0).GetByText("The same matrix is a factor every time").ClickAsync();
        await OpenedPage.See(page.Page.GetByText("1 right of 1 answered"));
        await questions.Nth(2).GetByText("Yes, and clipping is the remedy.").ClickAsync();
        await OpenedPage.See(page.Page.GetByText("1 right of 2 answered"));
        await OpenedPage.See(page.Page.GetByText("It may grow, and then clipping helps. It need not."));
        await OpenedPage.See(page.Page.GetByRole(AriaRole.Link, new() { Name = "Read on: Three regimes" }));

        // An answer stands: only the chosen one can still be reached. (Their order is drawn anew each time.)
        await OpenedPage.Counts(questions.Nth(2).Locator("input:enabled"), 1);
        await OpenedPage.Counts(questions.Nth(2).Locator("input:enabled:checked"), 1);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Again, with other numbers" }).ClickAsync();
        await OpenedPage.See(page.Page.GetByText("0 right of 0 answered"));
        page.AssertQuiet();
    }

    [Fact]
    public async Task Timeline_Kinds_FilterItsEntries()
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, "/learn/timeline");
        ILocator entries = page.Page.Locator("main ol > li");
        await OpenedPage.See(page.Page.GetByText("Long short-term memory", new() { Exact = true }));
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Breakthrough" }).ClickAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Discovery" }).ClickAsync();
        await OpenedPage.Counts(entries, 2);
        await OpenedPage.See(page.Page.GetByText("Sequence to sequence", new() { Exact = true }));
        page.AssertQuiet();
    }

    [Fact]
    public async Task Summary_Equations_AreMathThatIsLaidOut()
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, "/learn/summary");
        await OpenedPage.Counts(page.Page.Locator("math"), 6);

        // An element that is no MathML would be a word among others, and a fraction as high as a line.
        await page.Until(
            "[...document.querySelectorAll('math mfrac')].every(f => f instanceof MathMLElement "
            + "&& f.getBoundingClientRect().height > 1.5 * f.lastElementChild.getBoundingClientRect().height)");
        page.AssertQuiet();
    }
}
