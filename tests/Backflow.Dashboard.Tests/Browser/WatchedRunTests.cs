using Backflow.Experiments.Probing;
using Backflow.Runs.Columns;
using Backflow.Telemetry;
using Microsoft.Playwright;

namespace Backflow.Dashboard.Tests.Browser;

/// <summary>A training of another program, as the page shows it.</summary>
[Collection(ChromiumFixture.Name)]
public sealed class WatchedRunTests(ChromiumFixture chromium)
{
    private const string Sample = "lstm-2-layers-bidirectional-packed.safetensors";

    [Fact]
    public async Task Live_WatchedRun_HasTheNamesOfItsModelAndNothingToAskForOrToWaitFor()
    {
        await using Served served = await Served.Start();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("backflow-probe-");
        try
        {
            File.Copy(
                Path.Combine(RepositoryRoot.Path, "python", "tests", "golden", Sample),
                Path.Combine(folder.FullName, "000000000-000-00.safetensors"));
            QuietProbe quiet = new();
            using (ProbeWatch watch = new(served.Store, folder.FullName, "theirs", "backflow watch probe", quiet))
            {
                Assert.Equal(1, watch.Run(once: true, threads: 1, TestContext.Current.CancellationToken));
            }

            await using OpenedPage page = await chromium.Open(served, $"/run/{quiet.RunId}");
            await page.Painted(1);
            ILocator layers = page.Page.GetByLabel("Layer");
            Assert.Equal(
                ["rnn (LSTM) 0", "rnn (LSTM) 0, reverse", "rnn (LSTM) 1", "rnn (LSTM) 1, reverse"],
                await layers.Locator("option").AllInnerTextsAsync());
            await layers.SelectOptionAsync("3");
            await OpenedPage.See(page.Page.GetByText("rnn (LSTM) 1, reverse; ℓ₂ norm over units and batch").First);
            await OpenedPage.Counts(page.Page.GetByRole(AriaRole.Button, new() { Name = "Pause" }), 0);
            await OpenedPage.Counts(page.Page.GetByText("Nothing has been recorded yet."), 0);
            await EveryPageTests.Examine(page);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Live_WatchedRunWithContext_ShowsBothNumbersAndTheGates()
    {
        await using Served served = await Served.Start();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("backflow-probe-");
        try
        {
            string golden = Path.Combine(RepositoryRoot.Path, "python", "tests", "golden");
            File.Copy(
                Path.Combine(golden, "lstm-batch-first.safetensors"),
                Path.Combine(folder.FullName, "000000000-000-00.safetensors"));
            const string Context = "context-000000000-000.safetensors";
            File.Copy(Path.Combine(golden, Context), Path.Combine(folder.FullName, Context));
            QuietProbe quiet = new();
            using (ProbeWatch watch = new(served.Store, folder.FullName, "theirs", "backflow watch probe", quiet))
            {
                Assert.Equal(1, watch.Run(once: true, threads: 1, TestContext.Current.CancellationToken));
            }

            RunReader reader = served.Store.OpenReader(quiet.RunId);
            Assert.Equal(
                [quiet.Context!.Lags], reader.Scalars(EffectiveContext.MetricName, StepRange.All).Values);
            string[] rows = [.. reader.Metrics().Select(static metric => metric.Name)];
            Assert.Superset(
                new HashSet<string> { "gate-mean:forget", "recurrent-weight-gradient-norm", "unit-saturation" },
                new HashSet<string>(rows));
            await using OpenedPage page = await chromium.Open(served, $"/run/{quiet.RunId}");
            await page.Painted(1);
            await OpenedPage.See(page.Page.GetByText("Uses its input 5 timesteps back."));
            await EveryPageTests.Examine(page);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
