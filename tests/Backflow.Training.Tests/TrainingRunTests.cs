using Backflow.Training.Recording;
using Xunit;

namespace Backflow.Training.Tests;

public sealed class TrainingRunTests
{
    private static readonly TrainingConfiguration Small = new()
    {
        HiddenSize = 5,
        EmbeddingSize = 3,
        SequenceLength = 6,
        BatchSize = 2,
        Threads = 1,
        Steps = 12,
        SentenceCharacters = 3_000,
        LogInterval = 1,
        ValidationInterval = 4,
    };

    [Fact]
    public void Advance_StepByStep_IsTheRunOfTrain()
    {
        using MemoryRecord whole = new();
        using TrainingSession wholeSession = TrainingSession.Create(Small);
        using TrainingRun train = Run(wholeSession, whole);
        TrainingSummary expected = train.Train(TestContext.Current.CancellationToken);

        using MemoryRecord single = new();
        using TrainingSession session = TrainingSession.Create(Small);
        using TrainingRun run = Run(session, single);
        run.Begin();
        for (long step = 1; step <= Small.Steps; step++)
        {
            Assert.True(run.Advance(TestContext.Current.CancellationToken));
            Assert.Equal(step, run.Session.Step);
        }

        Assert.False(run.Advance(TestContext.Current.CancellationToken));
        TrainingSummary summary = run.End();
        Assert.Equal(expected.TrainingLoss, summary.TrainingLoss);
        Assert.Equal(expected.ValidationLoss, summary.ValidationLoss);
        Assert.Equal(
            whole.Scalars(TrainingMetrics.TrainingLoss, 1, Small.Steps),
            single.Scalars(TrainingMetrics.TrainingLoss, 1, Small.Steps));
        Assert.Equal(TrainingEnd.Completed, single.End);
    }

    [Fact]
    public void PausesAt_StepBeforeTheLast_IsMeasuredThereAndGoesOnToTheSameLosses()
    {
        TrainingConfiguration cosine = Small with { Schedule = "cosine", ReachInterval = 1000 };
        using MemoryRecord whole = new();
        using TrainingSession wholeSession = TrainingSession.Create(cosine);
        using TrainingRun train = Run(wholeSession, whole);
        train.Train(TestContext.Current.CancellationToken);

        using MemoryRecord record = new();
        using TrainingSession session = TrainingSession.Create(cosine);
        using TrainingRun run = Run(session, record);
        run.PausesAt = 6;
        TrainingSummary paused = run.Train(TestContext.Current.CancellationToken);
        Assert.Equal((6L, true, TrainingEnd.Interrupted), (paused.Step, paused.IsInterrupted, record.End!.Value));
        Assert.Equal(2, record.Scalars(TrainingMetrics.ValidationLoss, 1, 6).Count);
        Assert.Equal(paused.ValidationLoss, record.Scalars(TrainingMetrics.ValidationLoss, 6, 6).Single());
        Assert.Single(record.Scalars("gradient-reach", 6, 6));

        using TrainingSession later = TrainingSession.Create(cosine);
        double? best = CheckpointContent.Restore(record.Load(6), later);
        using TrainingRun goesOn = Run(later, record);
        goesOn.GoOn(best);
        TrainingSummary ended = goesOn.Train(TestContext.Current.CancellationToken);
        Assert.Equal((12L, false), (ended.Step, ended.IsInterrupted));
        Assert.Equal(
            whole.Scalars(TrainingMetrics.TrainingLoss, 1, 12), record.Scalars(TrainingMetrics.TrainingLoss, 1, 12));
    }

    [Fact]
    public void Advance_RunThatWasNotBegun_SaysSo()
    {
        using MemoryRecord record = new();
        using TrainingSession session = TrainingSession.Create(Small);
        using TrainingRun run = Run(session, record);
        Assert.Contains(
            nameof(run.Begin),
            Assert.Throws<InvalidOperationException>(() => run.Advance(CancellationToken.None)).Message,
            StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => run.End());
        run.Begin();
        Assert.Throws<InvalidOperationException>(run.Begin);
    }

    private static TrainingRun Run(TrainingSession session, MemoryRecord record) =>
        new(session, record, new SilentObserver(), TimeProvider.System);
}
