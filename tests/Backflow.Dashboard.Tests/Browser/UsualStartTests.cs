using System.Collections.Immutable;
using Backflow.Runs.Manifest;
using Backflow.Training;
using Microsoft.Playwright;

namespace Backflow.Dashboard.Tests.Browser;

[Collection(ChromiumFixture.Name)]
public sealed class UsualStartTests(ChromiumFixture chromium)
{
    /// <summary>One click shows the network that was not told the length, beside those that were compared.</summary>
    [Fact]
    public async Task Comparison_OfAChronoStart_SaysSoAndTrainsTheUsualOne()
    {
        await using Served served = await Served.Start();
        TrainingConfiguration chrono = TrainingOptions.DefaultsOf("adding") with
        {
            HiddenSize = 4,
            TaskOptions = ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal).Add("length", 20),
            Chrono = 20,
            Threads = 1,
            Steps = 300,
        };
        string rnn = served.CreateRun("rnn", (chrono with { Cells = ["rnn"] }).ToJson());
        string lstm = served.CreateRun("lstm", (chrono with { Cells = ["lstm"] }).ToJson());
        served.Store.Finish(rnn, RunStatus.Completed);
        served.Store.Finish(lstm, RunStatus.Completed);
        await using OpenedPage page = await chromium.Open(served, $"/compare?runs={rnn},{lstm}");
        await OpenedPage.See(page.Page.GetByText("LSTM was told the length, 20 timesteps, by chrono start."));
        ILocator train = page.Page.GetByRole(
            AriaRole.Button, new() { Name = "Train the same LSTM with forget bias 1" });
        await train.ClickAsync();
        await page.Until($"location.search === '?runs={rnn},{lstm},lstm-0002'");
        await OpenedPage.See(page.Page.GetByRole(AriaRole.Link, new() { Name = $"{lstm}-forget-bias-1" }));
        await OpenedPage.Counts(train, 0);
        Assert.Equal($"{lstm}-forget-bias-1", served.Store.GetRun("lstm-0002").Name);
    }
}
