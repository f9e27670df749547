using System.Collections.Immutable;
using Backflow.Experiments.Recording;
using Backflow.Runs;
using Backflow.Runs.Columns;
using Backflow.Telemetry;
using Backflow.Training;
using Xunit;

namespace Backflow.Experiments.Tests.Recording;

/// <summary>What a training run leaves in its store.</summary>
public sealed class RecordedRunTests : IDisposable
{
    private static readonly TrainingConfiguration Small = new()
    {
        SentenceCharacters = 3_000,
        HiddenSize = 8,
        EmbeddingSize = 5,
        SequenceLength = 6,
        BatchSize = 3,
        Steps = 40,
        LogInterval = 5,
        ValidationInterval = 0,
        CheckpointInterval = 22,
        TelemetryInterval = "4",
    };

    private readonly TemporaryStore _temporary = new();

    private RunStore Store => _temporary.Store;

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Train_Off_RecordsNoMetricOfTelemetry()
    {
        TrainingSummary summary = Train(Small with { Telemetry = "off" });
        Assert.Equal(
            ["characters-per-second", "learning-rate", "training-loss", "validation-loss"],
            Metrics(summary).Select(metric => metric.Name).Order(StringComparer.Ordinal));
        Assert.Null(summary.TelemetryCost);
    }

    [Fact]
    public void Train_Economy_RecordsEveryColumnWithSpectraAndCost()
    {
        TrainingSummary summary = Train(Small);
        Dictionary<string, MetricSummary> metrics = Metrics(summary).ToDictionary(metric => metric.Name);
        string[] measured = [.. metrics.Keys.Select(MetricColumn.MetricOf).Distinct()];
        foreach (MetricDescription metric in MetricRegistry.All)
        {
            // This text is too short for an effective context.
            bool isMeasured = metric.Level == TelemetryLevel.Economy
                && metric.Name is not (EffectiveContext.MetricName or EffectiveContext.LimitMetricName);
            Assert.True(isMeasured == measured.Contains(metric.Name), metric.Name);
        }

        // Spectra are computed in the background; this one takes longer than the run, and is there when it is over.
        Assert.Equal(0, metrics["recurrent-spectrum:forget"].FirstStep);
        Assert.Equal(0, metrics["spectral-norm:0:output"].FirstStep);
        RunReader reader = Store.OpenReader(summary.RunId);
        Assert.Equal(16, reader.Rows("recurrent-spectrum:forget", layer: 0).Row(0).Length);
        Assert.Equal([5L, 10, 15, 20, 25, 30, 35, 40], reader.Scalars("telemetry-cost").Steps);
        Assert.All(reader.Scalars("telemetry-cost").Values, cost => Assert.InRange(cost, double.Epsilon, 1));
        Assert.All(reader.Scalars("dropped-rows").Values, dropped => Assert.Equal(0, dropped));
        Assert.InRange(summary.TelemetryCost!.Value, double.Epsilon, 1);
        Assert.Equal(0, summary.DroppedRows);
    }

    [Fact]
    public void Resume_FromACheckpoint_RepeatsTheSameColumns()
    {
        TrainingConfiguration clipped = Small with { ClipNorm = 0.3 };
        TrainingSummary whole = Train(clipped);
        TrainingSummary cut = Train(clipped);
        using (TrainingRun again = RecordedRun.Resume(
            Store,
            cut.RunId,
            static configuration => configuration with { Threads = 2 },
            22,
            new SilentObserver(),
            TimeProvider.System,
            cancellation: TestContext.Current.CancellationToken))
        {
            again.Train(CancellationToken.None);
        }

        RunReader expected = Store.OpenReader(whole.RunId);
        RunReader actual = Store.OpenReader(cut.RunId);
        Assert.InRange(expected.Scalars("clipped-step-share").Values[^1], 0.01, 0.99);

        // All but what depends on time, or on what the worker was busy with.
        foreach (MetricSummary metric in Metrics(whole).Where(metric => IsDeterministic(metric.Name)))
        {
            if (metric.Kind == MetricKind.Scalar)
            {
                Assert.Equal(expected.Scalars(metric.Name).Steps, actual.Scalars(metric.Name).Steps);
                Assert.Equal(expected.Scalars(metric.Name).Values, actual.Scalars(metric.Name).Values);
            }
            else
            {
                Assert.Equal(expected.Rows(metric.Name, 0).Steps, actual.Rows(metric.Name, 0).Steps);
                Assert.Equal(expected.Rows(metric.Name, 0).Values, actual.Rows(metric.Name, 0).Values);
            }
        }
    }

    [Fact]
    public void Train_LossThatIsNotFinite_IsInTheColumns()
    {
        TrainingSummary summary = Train(Small with
        {
            Cells = ["rnn-relu"],
            Optimizer = "sgd",
            LearningRate = 1e30,
            ClipNorm = 0,
        });
        Assert.True(summary.IsDiverged);
        RunReader reader = Store.OpenReader(summary.RunId);
        Assert.False(double.IsFinite(reader.Scalars("gradient-norm").Values[^1]));
        Assert.Equal(summary.Step + 1, reader.Scalars("training-loss").Steps[^1]);
        Assert.Equal(summary.Step + 1, reader.Rows("total-gradient-norm", layer: 0).Steps[^1]);
    }

    [Fact]
    public void FromJson_ConfigurationOfBeforeTelemetry_IsEconomy()
    {
        string json = new TrainingConfiguration().ToJson()
            .Replace("\"telemetry\":\"economy\",\"telemetryInterval\":null", "\"x\":0", StringComparison.Ordinal);
        Assert.Contains("\"x\":0", json, StringComparison.Ordinal);
        TrainingConfiguration configuration = TrainingConfiguration.FromJson(json);
        Assert.Equal(("economy", null), (configuration.Telemetry, configuration.TelemetryInterval));
        Assert.True(new TelemetryPlan(
            configuration.Telemetry, configuration.TelemetryInterval, configuration.BatchSize).IsOn);
    }

    private static bool IsDeterministic(string column) => MetricColumn.MetricOf(column) is not
        ("characters-per-second" or "telemetry-cost" or Spectrum.MetricName or Spectrum.RadiusMetricName
        or Spectrum.NormMetricName);

    private TrainingSummary Train(TrainingConfiguration configuration)
    {
        using TrainingRun run = RecordedRun.Create(
            Store, configuration, name: null, "backflow train", new SilentObserver(), TimeProvider.System);
        return run.Train(CancellationToken.None);
    }

    private ImmutableArray<MetricSummary> Metrics(TrainingSummary summary) => Store.OpenReader(summary.RunId).Metrics();
}
