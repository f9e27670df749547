using System.Collections.Immutable;
using Backflow.Experiments.Recording;
using Backflow.Runs;
using Backflow.Runs.Checkpoints;
using Backflow.Runs.Columns;
using Backflow.Runs.Manifest;
using Backflow.Training;
using Xunit;

namespace Backflow.Experiments.Tests.Recording;

/// <summary>A run that blows up after it has learnt something, with a checkpoint at every step.</summary>
public sealed class RollbackTests : IDisposable
{
    /// <summary>What loss-exploding and exploding-gradient allow.</summary>
    private const double MostOfFirstLoss = 3;
    private const double LargestGradient = 1000;

    /// <summary>The rate grows until the weights are thrown away: somewhere in the middle of the run.</summary>
    private static readonly TrainingConfiguration Exploding = new()
    {
        Task = "adding",
        TaskOptions = ImmutableSortedDictionary<string, int>.Empty.Add("length", 12),
        Cells = ["rnn-relu"],
        Initialisation = "identity",
        Optimizer = "sgd",
        LearningRate = 300,
        WarmUpSteps = 6000,
        ClipNorm = 0,
        HiddenSize = 8,
        EmbeddingSize = 4,
        BatchSize = 8,
        CarryState = false,
        Steps = 120,
        LogInterval = 10,
        ValidationInterval = 0,
        CheckpointInterval = 1,
        Threads = 1,
    };

    private readonly TemporaryStore _temporary = new();

    private RunStore Store => _temporary.Store;

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void Train_RunThatBlowsUp_KeepsItsLastGoodCheckpoint(long interval)
    {
        TrainingSummary summary = Train(Exploding with { CheckpointInterval = interval });
        double[] losses = Losses(summary.RunId);
        double[] norms = [.. Store.OpenReader(summary.RunId).Scalars("gradient-norm").Values];
        double most = MostOfFirstLoss * losses[..5].Average();
        Assert.False(losses[^1] <= most, "The run has to end in damage.");

        // Index i holds the loss of the parameters after i steps, and the gradient that moved them next.
        bool IsGood(long i) => losses[i] <= most && norms[i] <= LargestGradient;
        long expected = 0;
        bool isDue = false;
        for (long step = 6; step < losses.Length; step++)
        {
            // One that is due waits for a good loss, and is proved good by the next.
            isDue |= step % interval == 0;
            bool isTaken = isDue && IsGood(step - 1);
            expected = isTaken && IsGood(step) ? step : expected;
            isDue &= !isTaken;
        }

        ImmutableArray<Checkpoint> kept = Store.Checkpoints.List(summary.RunId);
        Checkpoint good = Assert.Single(kept, static checkpoint => checkpoint.Pins.Contains("good"));
        Assert.True(expected > 10, $"The run has to learn before it blows up; it did after {expected} steps.");
        Assert.Equal(expected, good.Step);
        Assert.All(kept, checkpoint => Assert.True(IsGood(checkpoint.Step - 1), $"{checkpoint.Step} is damaged."));
    }

    [Fact]
    public void Resume_RunThatDiverged_GoesOnFromTheLastGoodCheckpoint()
    {
        TrainingSummary diverged = Train(Exploding);
        Assert.True(diverged.IsDiverged);
        using TrainingRun again = RecordedRun.Resume(
            Store,
            diverged.RunId,
            static configuration => configuration with { LearningRate = 1e-6 },
            null,
            new SilentObserver(),
            TimeProvider.System,
            cancellation: TestContext.Current.CancellationToken);
        TrainingSummary summary = again.Train(CancellationToken.None);
        Assert.False(summary.IsDiverged);
        Assert.Equal(Exploding.Steps, summary.Step);
    }

    [Fact]
    public void Train_Rollback_IsRecordedAndItsRunLearnsOnAcrossAnInterruption()
    {
        TrainingConfiguration configuration = Exploding with { OnVerdict = "rollback" };
        using CancellationTokenSource cut = new();
        string id;
        using (TrainingRun run = RecordedRun.Create(
            Store, configuration, name: null, "backflow train", new CutAfterWarning(cut), TimeProvider.System))
        {
            TrainingSummary first = run.Train(cut.Token);
            Assert.True(first.IsInterrupted);
            id = first.RunId;
        }

        RunEvent rolledBack = Assert.Single(Store.OpenReader(id).Events(), static one => one.Title == "Rolled back");
        Assert.Equal(RunEventLevel.Warning, rolledBack.Level);
        Assert.Contains("\"verdict\"", rolledBack.PayloadJson!, StringComparison.Ordinal);

        TrainingSummary summary;
        using (TrainingRun again = RecordedRun.Resume(
            Store, id, static c => c, null, new SilentObserver(), TimeProvider.System,
            cancellation: TestContext.Current.CancellationToken))
        {
            Assert.Equal(configuration.LearningRate / 2, again.Session.Configuration.LearningRate);
            Assert.Equal(1, again.Session.Configuration.ClipNorm);
            summary = again.Train(CancellationToken.None);
        }

        Assert.Equal(RunStatus.Completed, Store.FindRun(id).Status);
        Assert.Contains(Store.OpenReader(id).Events(), static one => one.Title == "Rolled back");
        double[] losses = Losses(id);
        Assert.Equal(configuration.Steps, losses.Length);
        Assert.All(losses, static loss => Assert.True(double.IsFinite(loss)));
        Assert.False(summary.IsDiverged);
    }

    [Fact]
    public void Train_Rollback_WarnsOnceOfWhatItStillHas()
    {
        // Each measurement of an update is bad, before and after the damage.
        TrainingSummary summary = Train(Exploding with
        {
            OnVerdict = "rollback",
            TelemetryInterval = "5",
            VerdictSettings = ["update-too-large.threshold=1e-12", "update-too-large.patience=0"],
        });

        RunEvent[] events = [.. Store.OpenReader(summary.RunId).Events()];
        long back = events.Where(static one => one.Title == "Rolled back").Min(static one => one.Step);
        RunEvent warning = Assert.Single(events, static one => one.Title == "Update too large");
        Assert.InRange(warning.Step, 0, back);
        Assert.True(summary.Step > back, "The run has to go on, or nothing could be said again.");
    }

    private TrainingSummary Train(TrainingConfiguration configuration)
    {
        using TrainingRun run = RecordedRun.Create(
            Store, configuration, name: null, "backflow train", new SilentObserver(), TimeProvider.System);
        return run.Train(CancellationToken.None);
    }

    private double[] Losses(string id) => [.. Store.OpenReader(id).Scalars("training-loss").Values];

    /// <summary>Interrupts the run a few steps after it was taken back.</summary>
    private sealed class CutAfterWarning(CancellationTokenSource cut) : ITrainingObserver
    {
        public void OnWarning(string message) => cut.Cancel();
    }
}
