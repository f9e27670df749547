using System.Text.Json;
using Backflow.Training;
using Microsoft.Playwright;

namespace Backflow.Dashboard.Tests.Browser;

/// <summary>The exercises: answers are checked by the engine's numbers, and the browser keeps what was done.</summary>
[Collection(ChromiumFixture.Name)]
public sealed class ExercisesPageTests(ChromiumFixture chromium)
{
    private static readonly string[] Names =
        ["sharing", "length", "clipping", "relu", "jacobian", "eigenvalues", "bound", "flow", "copy", "spectral"];

    [Fact]
    public async Task Open_EveryExercise_IsReadableInLightAndDarkAndOnAPhone()
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, "/learn/exercises");
        foreach (string name in Names)
        {
            await Open(page, name);
        }

        await page.Page.Locator("#sharing textarea").FillAsync("One factor, taken to a power.");
        await page.Page.Locator("#sharing").GetByText("Compare with ours").ClickAsync();
        await OpenedPage.Counts(page.Page.Locator("#sharing input[type=checkbox]"), 4);
        await EveryPageTests.Examine(page);
    }

    [Fact]
    public async Task Elsewhere_IsReadableInLightAndDarkAndOnAPhone()
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, "/learn/elsewhere");
        await page.Heading("What is an LSTM elsewhere?");
        await OpenedPage.See(page.Page.GetByText("there is no cell state, and the forget gate multiplies the output"));
        await EveryPageTests.Examine(page);
    }

    [Fact]
    public async Task Eigenvalues_WrongThenRight_SaysWhyAndKeepsItUntilItIsForgotten()
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, "/learn/exercises");
        ILocator exercise = await Open(page, "eigenvalues");
        await OpenedPage.See(exercise.GetByText("[[0.5, 0.3], [0.2, 0.4]]"));
        ILocator values = exercise.GetByLabel("both eigenvalues");
        await values.FillAsync("0.9 and 0.14");
        await exercise.GetByText("can explode", new() { Exact = true }).ClickAsync();
        await exercise.GetByRole(AriaRole.Button, new() { Name = "Check" }).ClickAsync();
        await OpenedPage.See(exercise.GetByText("larger eigenvalue: 0.9. That is the trace"));
        await OpenedPage.See(exercise.GetByText("smaller eigenvalue: 0.14. That is the determinant"));
        await OpenedPage.See(exercise.GetByText("no direction grows in the long run"));
        await OpenedPage.See(page.Page.GetByText("0 of 10 solved"));

        await values.FillAsync("0,2; 7/10");
        await exercise.GetByText("vanishes", new() { Exact = true }).ClickAsync();
        await exercise.GetByRole(AriaRole.Button, new() { Name = "Check" }).ClickAsync();
        await OpenedPage.See(page.Page.GetByText("1 of 10 solved"));

        await page.Page.ReloadAsync();
        await OpenedPage.See(page.Page.GetByText("1 of 10 solved"));
        await OpenedPage.See(page.Page.Locator("#eigenvalues summary", new() { HasText = "✓ solved" }));
        await page.Page.GotoAsync("/learn");
        await OpenedPage.See(page.Page.GetByText("1 of 10 exercises solved."));
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Forget it" }).ClickAsync();
        await OpenedPage.Counts(page.Page.GetByText("exercises solved"), 0);
        await page.Page.GotoAsync("/learn/exercises");
        await OpenedPage.See(page.Page.GetByText("0 of 10 solved"));
        page.AssertQuiet();
    }

    [Fact]
    public async Task Jacobian_OtherNumbers_AreCheckedByTheEnginesOwn()
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, "/learn/exercises");
        ILocator exercise = await Open(page, "jacobian");
        string usual = await exercise.Locator(".task").InnerTextAsync();

        // A draw may have the usual matrix again, but hardly twenty in a row.
        string task = usual;
        for (int i = 0; i < 20 && task == usual; i++)
        {
            await exercise.GetByRole(AriaRole.Button, new() { Name = "Other numbers" }).ClickAsync();
            await page.Until("document.querySelector('#jacobian .task') !== null");
            task = await exercise.Locator(".task").InnerTextAsync();
        }

        Assert.NotEqual(usual, task);
        await exercise.GetByRole(AriaRole.Button, new() { Name = "Show our way" }).ClickAsync();
        string way = await exercise.Locator(".solution").InnerTextAsync();
        string[] matrices = [.. System.Text.RegularExpressions.Regex.Matches(way, @"\[\[.*?\]\]").Select(m => m.Value)];
        Assert.Equal(2, matrices.Length);
        ILocator fields = exercise.Locator("input[type=text]");
        await fields.Nth(0).FillAsync(matrices[0]);
        await fields.Nth(1).FillAsync(matrices[0]);
        await exercise.GetByRole(AriaRole.Button, new() { Name = "Check" }).ClickAsync();
        await OpenedPage.See(exercise.GetByText("That is W, the Jacobian at 0. Here the slopes are below 1."));
        await fields.Nth(1).FillAsync(matrices[1]);
        await exercise.GetByRole(AriaRole.Button, new() { Name = "Check" }).ClickAsync();
        await OpenedPage.See(page.Page.GetByText("1 of 10 solved"));
        page.AssertQuiet();
    }

    [Fact]
    public async Task Words_AllPointsTicked_IsSolved()
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, "/learn/exercises");
        ILocator exercise = await Open(page, "clipping");
        ILocator compare = exercise.GetByRole(AriaRole.Button, new() { Name = "Compare with ours" });
        Assert.True(await compare.IsDisabledAsync());
        await exercise.Locator("textarea").FillAsync("It limits a step, and cannot make a small gradient larger.");
        await compare.ClickAsync();
        await OpenedPage.See(exercise.GetByText("Clipping solves the other problem."));
        ILocator points = exercise.Locator("input[type=checkbox]");
        for (int i = 0; i < await points.CountAsync(); i++)
        {
            await points.Nth(i).CheckAsync();
        }

        await OpenedPage.See(exercise.GetByText("4 of 4 points: all of it. Solved."));
        await OpenedPage.See(page.Page.GetByText("1 of 10 solved"));
        page.AssertQuiet();
    }

    [Fact]
    public async Task Spectral_PastedLines_AreHeldAgainstTheEngine()
    {
        await using Served served = await Served.Start();
        await using OpenedPage page = await chromium.Open(served, "/learn/exercises");
        ILocator exercise = await Open(page, "spectral");
        List<string> right = [];
        List<string> bound = [];
        foreach (string scale in (string[])["0.8", "1", "1.2"])
        {
            using HttpResponseMessage response = await served.Change(
                HttpMethod.Post, $"/api/explorer?length=51&scale={scale}", "{}");
            JsonElement answer = await Served.Json(response, System.Net.HttpStatusCode.OK);
            right.Add($"{scale} {answer.GetProperty("relative")[0].GetRawText()}");
            bound.Add($"{scale} {answer.GetProperty("bound")[0].GetRawText()}");
        }

        ILocator printed = exercise.Locator("textarea");
        ILocator check = exercise.GetByRole(AriaRole.Button, new() { Name = "Check the lines" });
        await printed.FillAsync(string.Join('\n', bound));
        await check.ClickAsync();
        await OpenedPage.Counts(exercise.GetByText("That is σ₁⁵⁰, the bound."), 3);
        await printed.FillAsync("0.8 NaN");
        await check.ClickAsync();
        await OpenedPage.See(exercise.GetByText("no line begins with 1.2"));
        await printed.FillAsync(string.Join('\n', right));
        await check.ClickAsync();
        await OpenedPage.See(page.Page.GetByText("1 of 10 solved"));
        page.AssertQuiet();
    }

    [Fact]
    public async Task Copy_RunOfTheStore_IsJudgedByItsNumbers()
    {
        await using Served served = await Served.Start();
        Train(served, "near", lag: 2);
        Train(served, "far", lag: 30);
        await using OpenedPage page = await chromium.Open(served, "/learn/exercises");
        ILocator exercise = await Open(page, "copy");
        ILocator name = exercise.GetByLabel("or the name of a run in the store");
        ILocator check = exercise.GetByRole(AriaRole.Button, new() { Name = "Check the run" });
        foreach ((string run, string said) in ((string, string)[])
            [
                ("none", "There is no run ‘none’ in this store."),
                ("near", "near has a lag of 2. Train one with 30 or more."),
                ("far", "far recalls"),
            ])
        {
            await name.FillAsync(run);
            await check.ClickAsync();
            await OpenedPage.See(exercise.GetByText(said));
        }

        await OpenedPage.See(page.Page.GetByText("1 of 10 solved"));
        page.AssertQuiet();
    }

    private static async Task<ILocator> Open(OpenedPage page, string name)
    {
        ILocator exercise = page.Page.Locator($"#{name}");
        await exercise.Locator("summary").ClickAsync();
        await OpenedPage.See(exercise.Locator(".task"));
        return exercise;
    }

    // One unit guesses, however long it trains: as many steps as the exercise asks for, in no time.
    private static void Train(Served served, string name, int lag)
    {
        TrainingConfiguration configuration = new()
        {
            Task = "copy-memory",
            TaskOptions = System.Collections.Immutable.ImmutableSortedDictionary<string, int>.Empty
                .Add("lag", lag).Add("symbols", 1),
            Cells = ["rnn"],
            HiddenSize = 1,
            EmbeddingSize = 1,
            BatchSize = 1,
            Steps = 1200,
            ValidationInterval = 0,
            CarryState = false,
            Telemetry = "off",
        };
        using TrainingRun run = Backflow.Experiments.Recording.RecordedRun.Create(
            served.Store, configuration, name, "test", new QuietObserver(), TimeProvider.System);
        run.Train(TestContext.Current.CancellationToken);
    }
}
