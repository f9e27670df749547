using System.Collections.Immutable;
using Backflow.Experiments.Training;
using Backflow.Runs;
using Backflow.Runs.Checkpoints;
using Backflow.Runs.Columns;
using Backflow.Runs.Manifest;
using Xunit;

namespace Backflow.Experiments.Tests.Training;

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
        TaskOptions = ImmutableSortedDictionary<string, int>.Empty.Add("--length", 12),
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

    private readonly string _folder = Directory.CreateTempSubdirectory("backflow-").FullName;
    private readonly RunStore _store;

    public RollbackTests() => _store = RunStore.Open(Path.Combine(_folder, "backflow.db"));

    public void Dispose()
    {
        _store.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void Train_RunThatBlowsUp_KeepsItsLastGoodCheckpoint(long interval)
    {
        TrainingSummary summary = Train(Exploding with { CheckpointInterval = interval });
        double[] losses = Losses(summary.RunId);
        double[] norms = [.. _store.OpenReader(summary.RunId).Scalars("gradient-norm").Values];
        double most = MostOfFirstLoss * losses[..5].Average();
        Assert.False(losses[^1] <= most, "The run has to end in damage.");

        // Index i holds the loss of the parameters after i steps, and the gradient that moved them next.
        bool IsGood(long i) => losses[i] <= most && norms[i] <= LargestGradient;
        long expected = Enumerable.Range(6, losses.Length - 6).Where(step => step % interval == 0)
            .Last(step => IsGood(step - 1) && IsGood(step));
        Checkpoint good = Assert.Single(
            _store.Checkpoints.List(summary.RunId), static checkpoint => checkpoint.Pins.Contains("good"));
        Assert.True(expected > 10, $"The run has to learn before it blows up; it did after {expected} steps.");
        Assert.Equal(expected, good.Step);
    }

    [Fact]
    public void Resume_RunThatDiverged_GoesOnFromTheLastGoodCheckpoint()
    {
        TrainingSummary diverged = Train(Exploding);
        Assert.True(diverged.IsDiverged);
        using TrainingRun again = TrainingRun.Resume(
            _store,
            diverged.RunId,
            static configuration => configuration with { LearningRate = 1e-6 },
            null,
            new SilentObserver(),
            TimeProvider.System);
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
        using (TrainingRun run = TrainingRun.Create(
            _store, configuration, name: null, "backflow train", new CutAfterWarning(cut), TimeProvider.System))
        {
            TrainingSummary first = run.Train(cut.Token);
            Assert.True(first.IsInterrupted);
            id = first.RunId;
        }

        RunEvent rolledBack = Assert.Single(_store.OpenReader(id).Events(), static one => one.Title == "Rolled back");
        Assert.Equal(RunEventLevel.Warning, rolledBack.Level);
        Assert.Contains("\"verdict\"", rolledBack.PayloadJson!, StringComparison.Ordinal);

        TrainingSummary summary;
        using (TrainingRun again = TrainingRun.Resume(
            _store, id, static c => c, null, new SilentObserver(), TimeProvider.System))
        {
            Assert.Equal(configuration.LearningRate / 2, again.Session.Configuration.LearningRate);
            Assert.Equal(1, again.Session.Configuration.ClipNorm);
            summary = again.Train(CancellationToken.None);
        }

        Assert.Equal(RunStatus.Completed, _store.FindRun(id).Status);
        Assert.Contains(_store.OpenReader(id).Events(), static one => one.Title == "Rolled back");
        double[] losses = Losses(id);
        Assert.Equal(configuration.Steps, losses.Length);
        Assert.All(losses, static loss => Assert.True(double.IsFinite(loss)));
        Assert.False(summary.IsDiverged);
    }

    private TrainingSummary Train(TrainingConfiguration configuration)
    {
        using TrainingRun run = TrainingRun.Create(
            _store, configuration, name: null, "backflow train", new SilentObserver(), TimeProvider.System);
        return run.Train(CancellationToken.None);
    }

    private double[] Losses(string id) => [.. _store.OpenReader(id).Scalars("training-loss").Values];

    /// <summary>Interrupts the run a few steps after it was taken back.</summary>
    private sealed class CutAfterWarning(CancellationTokenSource cut) : ITrainingObserver
    {
        public void OnStart(string runId, string description, long firstStep)
        {
            // Not of interest.
        }

        public void OnTask(TaskOutcome task)
        {
            // Not of interest.
        }

        public void OnStep(StepReport report)
        {
            // Not of interest.
        }

        public void OnSample(long step, string text)
        {
            // Not of interest.
        }

        public void OnCheckpoint(long step)
        {
            // Not of interest.
        }

        public void OnWarning(string message) => cut.Cancel();
    }
}
