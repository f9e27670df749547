using System.Collections.Immutable;
using System.Text.Json;
using Backflow.Telemetry;
using Backflow.Training.Recording;
using Backflow.Training.Tasks.Sequences;
using Xunit;

namespace Backflow.Training.Tests.Recording;

/// <summary>What a run records of effective context and gradient reach, and that it costs it no bit.</summary>
public sealed class ReachRecorderTests
{
    private const int Lag = 3;

    private static TrainingConfiguration Echo { get; } = TaskCatalogue.Find("echo").Defaults with
    {
        Task = "echo",
        TaskOptions = new Dictionary<string, int> { ["lag"] = Lag, ["length"] = 10 }
            .ToImmutableSortedDictionary(StringComparer.Ordinal),
        HiddenSize = 24,
        LearningRate = 0.01,
        Threads = 1,
        Steps = 400,
        ValidationInterval = 0,
        CheckpointInterval = 0,
    };

    [Fact]
    public void Train_TaskThatIsLearnt_ContextGrowsFromNothingToTheLag()
    {
        using MemoryRecord record = new();
        TrainingSummary summary = Train(Echo, record, out _);
        IReadOnlyList<double> contexts = record.Scalars(EffectiveContext.MetricName, 0, Echo.Steps);
        Assert.Equal(21, contexts.Count);
        Assert.Equal(0, contexts[0]);
        Assert.Equal(Lag, contexts[^1]);
        Assert.Equal(Lag, summary.EffectiveContext?.Lags);
        Assert.All(
            record.Scalars(EffectiveContext.LimitMetricName, 0, Echo.Steps),
            static limit => Assert.Equal(Lag + 10 - 1, limit));
        Assert.True(summary.ReachTime > TimeSpan.Zero);

        RecordedEvent end = Assert.Single(record.Events, static one => one.Title == ReachPayload.EventTitle);
        using JsonDocument payload = JsonDocument.Parse(end.PayloadJson!);
        Assert.Equal(Lag, payload.RootElement.GetProperty("context").GetInt32());
        Assert.Equal(Lag + 10, payload.RootElement.GetProperty("profile").GetArrayLength());
        Assert.Equal(
            summary.EffectiveContext!.Curve.Select(static point => (double)point.Lag),
            payload.RootElement.GetProperty("curve").EnumerateArray().Select(static point => point[0].GetDouble()));
        Assert.Equal(
            $"Effective context {Lag}: how many timesteps back it uses its input. Gradient reach "
            + $"{ReachText.Of(summary.GradientReach)}: how many back it could learn now.",
            end.Text);
    }

    [Fact]
    public void Train_Measured_HasTheBitsOfOneThatIsNot()
    {
        TrainingConfiguration configuration = Echo with { Steps = 40, Dropout = 0.1, Layers = 2 };
        using MemoryRecord record = new();
        Train(configuration, record, out float[] measured);
        using MemoryRecord without = new();
        Train(configuration with { ReachInterval = 0 }, without, out float[] plain);
        Assert.NotEmpty(record.Scalars(GradientReach.MetricName, 0, configuration.Steps));
        Assert.Equal(plain, measured);
    }

    [Fact]
    public void Train_TextWithCarriedStates_HasTheBitsOfOneThatIsNotMeasured()
    {
        TrainingConfiguration text = new()
        {
            HiddenSize = 6,
            EmbeddingSize = 4,
            BatchSize = 2,
            SequenceLength = 8,
            Threads = 1,
            Steps = 20,
        };
        using MemoryRecord record = new();
        Train(text, record, out float[] measured);
        using MemoryRecord without = new();
        Train(text with { ReachInterval = 0 }, without, out float[] plain);
        Assert.Equal(5, record.Scalars(GradientReach.MetricName, 0, text.Steps).Count);
        Assert.Equal(plain, measured);
    }

    [Theory]
    [InlineData(600, null, "economy", 30)]
    [InlineData(601, null, "economy", 31)]
    [InlineData(7, null, "economy", 5)]
    [InlineData(1_000_000, null, "full", 1000)]
    [InlineData(600, 7L, "economy", 7)]
    [InlineData(600, 0L, "economy", 0)]
    [InlineData(600, 7L, "off", 0)]
    public void IntervalOf_Steps_IsATwentieth(long steps, long? asked, string telemetry, long expected) =>
        Assert.Equal(expected, ReachRecorder.IntervalOf(
            Echo with { Steps = steps, ReachInterval = asked, Telemetry = telemetry }));

    [Fact]
    public void MeasureReach_GradientThatGrows_IsRecordedAsGrowth()
    {
        using MemoryRecord record = new();
        TrainingConfiguration growing = TaskCatalogue.Find("adding").Defaults with
        {
            Task = "adding",
            TaskOptions = ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal).Add("length", 60),
            Cells = ["rnn-relu"],
            Initialisation = "identity",
            Gain = 1.3,
            HiddenSize = 16,
            Threads = 1,
            Steps = 1,
            ValidationInterval = 0,
        };
        Train(growing, record, out _);
        Assert.Empty(record.Scalars(GradientReach.MetricName, 0, 0));
        Assert.InRange(Assert.Single(record.Scalars(GradientReach.GrowthMetricName, 0, 0)), 1.1, 2);
    }

    private static TrainingSummary Train(
        TrainingConfiguration configuration, MemoryRecord record, out float[] parameters)
    {
        using TrainingSession session = TrainingSession.Create(configuration);
        using TrainingRun run = new(session, record, new SilentObserver(), TimeProvider.System);
        TrainingSummary summary = run.Train(TestContext.Current.CancellationToken);
        parameters = [.. session.Network.Parameters.Span];
        return summary;
    }
}
