using System.Text.Json;
using Backflow.Engine;
using Backflow.Runs.Columns;
using Backflow.Runs.Recording;
using Backflow.Telemetry;
using Backflow.Training;
using Microsoft.Playwright;

namespace Backflow.Dashboard.Tests.Browser;

/// <summary>A metric that Backflow does not know: registered with one call, recorded, served and shown.</summary>
[Collection(ChromiumFixture.Name)]
public sealed class OutsideMetricTests(ChromiumFixture chromium)
{
    private const int Timesteps = 6;

    static OutsideMetricTests() => MetricRegistry.Register(new HiddenNorm());

    [Fact]
    public async Task Register_MetricOfOnesOwn_IsRecordedServedAndShownWithItsTitle()
    {
        await using Served served = await Served.Start();
        string id = Train(served);
        RowSeries rows = served.Store.OpenReader(id).Rows(HiddenNorm.MetricName, layer: 0);
        Assert.Equal([1L, 2, 4, 6, 8], rows.Steps);
        Assert.Equal(Timesteps, rows.Row(0).Length);
        Assert.All(rows.Row(0).ToArray(), static norm => Assert.InRange(norm, 1e-6, 1e3));

        JsonElement words = (await served.Get("/api/store")).GetProperty("metrics").EnumerateArray()
            .Single(static metric => metric.GetProperty("name").GetString() == HiddenNorm.MetricName);
        Assert.Equal("Hidden state ‖hₜ‖₂", words.GetProperty("title").GetString());
        Assert.Equal("log", words.GetProperty("scale").GetString());

        await using OpenedPage page = await chromium.Open(served, $"/run/{id}");
        await page.Page.GetByLabel("Show").First.SelectOptionAsync(new SelectOptionValue { Label = "Hidden state" });
        await OpenedPage.See(
            page.Page.GetByRole(AriaRole.Heading, new() { Name = "Hidden state ‖hₜ‖₂ by timestep and step" }));
        await OpenedPage.See(page.Page.GetByText("ℓ₂ norm over units and batch; logarithmic colours"));
        await page.Until($"new URLSearchParams(location.search).get('show') === '{HiddenNorm.MetricName}'");
        page.AssertQuiet();
    }

    [Fact]
    public async Task Rows_OfAMetricThatTheServerDoesNotKnow_AreShownByItsName()
    {
        await using Served served = await Served.Start();
        string id = RecordedRun.Write(served);
        using (RunRecorder recorder = served.Store.OpenRecorder(id))
        {
            recorder.Row("of-another-program", 0, RecordedRun.Steps, [1, 2, 3, 4, 5]);
        }

        await using OpenedPage page = await chromium.Open(served, $"/run/{id}?show=of-another-program");
        await OpenedPage.See(
            page.Page.GetByRole(AriaRole.Heading, new() { Name = "of-another-program by timestep and step" }));
        page.AssertQuiet();
    }

    private static string Train(Served served)
    {
        TrainingConfiguration configuration = new()
        {
            HiddenSize = 8,
            EmbeddingSize = 4,
            SequenceLength = Timesteps,
            BatchSize = 4,
            SentenceCharacters = 3_000,
            Steps = 8,
            TelemetryInterval = "2",
        };
        using TrainingRun run = Backflow.Experiments.Recording.RecordedRun.Create(
            served.Store, configuration, "own metric", "test", new QuietObserver(mayWarn: true), TimeProvider.System);
        run.Train(TestContext.Current.CancellationToken);
        return run.RunId;
    }

    /// <summary>What a newcomer writes.</summary>
    private sealed class HiddenNorm() : RowMetric(new MetricDescription
    {
        Name = MetricName,
        Label = "Hidden state",
        Title = "Hidden state ‖hₜ‖₂",
        Meaning = "How large the hidden state is after each timestep.",
        Formula = "‖hₜ‖₂",
        Reduction = "[T] per layer. Frobenius norm over units and sequences, [B, H].",
        Range = "[0, ∞), NaN kept",
        Unit = "none",
        HowToRead = "A norm that grows without end leaves the range in which activations have a slope.",
        Caption = "ℓ₂ norm over units and batch",
        Scale = MetricScale.Logarithmic,
        Level = TelemetryLevel.Economy,
        Kind = ColumnKind.Row,
        Cost = CostClass.Sweep,
    })
    {
        public const string MetricName = "hidden-state-norm";

        public override StepMoment Moment => StepMoment.AfterForward;

        public override void Measure(LayerPass layer, Span<float> row)
        {
            for (int t = 0; t < row.Length; t++)
            {
                row[t] = (float)layer.Hidden(t).Norm();
            }
        }
    }
}
