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
    [InlineData("/why", "Why it matters")]
    [InlineData("/step", "The recurrent step")]
    [InlineData("/backpropagation", "Backpropagation through time")]
    [InlineData("/regimes", "Three regimes")]
    [InlineData("/activations", "Activations")]
    [InlineData("/dependencies", "Long dependencies")]
    [InlineData("/detecting", "Can represent, cannot learn")]
    [InlineData("/before", "What was tried before gates")]
    [InlineData("/gates", "Gates")]
    [InlineData("/attention", "From the bottleneck to attention")]
    [InlineData("/summary", "Summary")]
    [InlineData("/timeline", "Timeline")]
    [InlineData("/quiz", "Quiz")]
    [InlineData("/playground", "Train in the page")]
    public async Task Open_EveryTopic_IsReadableInLightAndDarkAndOnAPhone(string topic, string heading)
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, $"/learn{topic}");
        await page.Heading(heading);
        await page.Until(
            "![...document.querySelectorAll('.computed, .also-computed')]"
            + ".some(p => p.textContent.includes('computes'))");
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
    public async Task Step_OwnWeightAndTimestep_AreComputedTermByTerm()
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, "/learn/step");
        ILocator sentence = page.Page.Locator(".computed");
        await Assertions.Expect(sentence).ToContainTextAsync("At timestep 1, unit 1 adds 0.9·0.46 + −0.4·0.24 + 1·0.5");
        await page.Page.GetByRole(AriaRole.Slider, new() { Name = "Own weight of unit 1" }).FillAsync("2");
        await page.Page.GetByRole(AriaRole.Slider, new() { Name = "Input x" }).FillAsync("-1");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "0", Exact = true }).ClickAsync();
        await Assertions.Expect(sentence).ToHaveTextAsync(
            "At timestep 0, unit 1 adds 2·0 + −0.4·0 + 1·−1 = −1, and tanh makes it −0.76.");

        await page.Page.GetByRole(AriaRole.Slider, new() { Name = "Factors" }).FillAsync("20");
        await OpenedPage.See(page.Page.GetByText("After 20 factors, half of 101 draws keep"));
        page.AssertQuiet();
    }

    [Fact]
    public async Task Backpropagation_PickedTimestep_ShowsItsFactorsAndWhatArrives()
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, "/learn/backpropagation");
        await OpenedPage.See(page.Page.GetByText("W_hh has the eigenvalues 0.7 and 0.2"));
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "t = 4" }).ClickAsync();
        await OpenedPage.See(page.Page.GetByText("Between timestep 4 and the end lies 1 Jacobian"));
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Grows, then fades" }).ClickAsync();
        await OpenedPage.See(page.Page.GetByText("W_hh has the eigenvalues 0.7 and 0.7; ρ is 0.7 and σ₁ 2.2"));
        await page.Page.GetByRole(AriaRole.Slider, new() { Name = "Timesteps T" }).FillAsync("12");
        await OpenedPage.Counts(page.Page.Locator(".strip button"), 12);
        page.AssertQuiet();
    }

    [Fact]
    public async Task Regimes_UnitsOfRandomStarts_MoveTheirShare()
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, "/learn/regimes");
        ILocator sentence = page.Page.GetByText("Of 400 random starts");
        await OpenedPage.See(sentence);
        string first = await sentence.InnerTextAsync();
        await page.Page.GetByRole(AriaRole.Slider, new() { Name = "Gain" }).FillAsync("0.5");
        await OpenedPage.See(page.Page.GetByText("Of 400 random starts 400 have ρ below 1 and 0 above"));
        Assert.Contains("exactly at 1 none", first, StringComparison.Ordinal);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Show σ₁ = 3" }).ClickAsync();
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
    public async Task Attention_Sliders_SayWhatWasRecorded()
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, "/learn/attention");
        using HttpResponseMessage response = await served.Change(HttpMethod.Post, "/api/bottleneck", "{}");
        JsonElement answer = await Served.Json(response, System.Net.HttpStatusCode.OK);
        await page.Page.GetByLabel("Symbols T").FillAsync("24");
        await page.Page.GetByLabel("Units H").FillAsync("0");
        double share = answer.GetProperty("systems")[0].GetProperty("right")[0][23].GetDouble();
        string expected = (100 * share).ToString("0.#", CultureInfo.InvariantCulture);
        await OpenedPage.See(page.Page.GetByText(
            $"With a state of 8 units, of 24 symbols are copied right: {expected} % (RNN)"));
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "over size" }).ClickAsync();
        await OpenedPage.See(page.Page.GetByText("units H of the state"));
        page.AssertQuiet();
    }

    [Fact]
    public async Task Attention_SentenceOfTheReader_IsComputedByTheEngine()
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, "/learn/attention");
        await page.Page.GetByLabel("Letters a to h").FillAsync("headache");
        await OpenedPage.See(page.Page.GetByText("RNN with attention writes headache: 8 of 8 letters right."));
        await OpenedPage.See(page.Page.GetByText("After training, the loss of written letter 7, “e”"));
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "before training" }).ClickAsync();
        await OpenedPage.See(page.Page.GetByText("Before training, the loss of written letter 7, “e”"));
        page.AssertQuiet();
    }

    [Fact]
    public async Task Attention_LetterThatCannotBeRead_SaysWhichCan()
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, "/learn/attention");
        await page.Page.GetByLabel("Letters a to h").FillAsync("zebra");
        await OpenedPage.See(page.Page.GetByText("'sentence' must be 2 to 24 letters from a to h."));
    }

    [Fact]
    public async Task Detecting_SliderAndSymptom_SayWhatTheEngineFound()
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, "/learn/detecting");
        await OpenedPage.See(page.Page.GetByText("the unit set by hand keeps 100 % over 100 timesteps"));
        await OpenedPage.See(page.Page.GetByText("The trained unit uses none of its inputs"));
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "A hint at the end" }).ClickAsync();
        await OpenedPage.See(page.Page.GetByText("That is recency bias"));
        await page.Page.GetByLabel("Timesteps T").PressAsync("ArrowLeft");
        await OpenedPage.See(page.Page.GetByText("the unit set by hand keeps 100 % over 95 timesteps"));

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Train it: The loss is NaN." }).ClickAsync();
        await OpenedPage.See(page.Page.GetByText("The loss of step 1 is NaN: training ended."));
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Train it: Only the last words count." })
            .ClickAsync();
        await OpenedPage.See(page.Page.Locator(".verdict").GetByText("Horizon too short"));
        await OpenedPage.See(page.Page.GetByText("What to try: open the forget gate."));
        await OpenedPage.See(page.Page.GetByText("a factor of 0.513"));
        await EveryPageTests.Examine(page);
    }

    [Fact]
    public async Task Before_Remedy_IsComparedWithTheTrainingWithoutIt()
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, "/learn/before");
        await OpenedPage.See(page.Page.GetByText("Where a gradient may explode"));
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Skip connections" }).ClickAsync();
        await OpenedPage.See(page.Page.GetByText("“skip of 10 timesteps” keeps 100 % of the signs"));
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Orthogonal start" }).ClickAsync();
        await OpenedPage.See(page.Page.GetByText("“orthogonal start” keeps 100 % of the signs"));
        await page.Page.GetByLabel("Timesteps T").PressAsync("ArrowRight");

        using HttpResponseMessage response = await served.Change(
            HttpMethod.Post, "/api/before?remedy=orthogonal&timesteps=45&seed=2", "{}");
        JsonElement answer = await Served.Json(response, System.Net.HttpStatusCode.OK);
        JsonElement plain = answer.GetProperty("pairs")[0].GetProperty("without");
        string success = (100 * plain.GetProperty("success").GetDouble()).ToString("0.#", CultureInfo.InvariantCulture);
        await OpenedPage.See(page.Page.GetByText($"“random start” keeps {success} % of the signs"));
        page.AssertQuiet();
    }

    [Fact]
    public async Task Quiz_RightAndWrongAnswers_AreCountedAndExplained()
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, "/learn/quiz");
        ILocator questions = page.Page.Locator("fieldset");
        await OpenedPage.See(questions.Nth(7));
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
