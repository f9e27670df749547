using System.Collections.Immutable;
using Backflow.Experiments.Training;
using Backflow.Runs;
using Backflow.Runs.Checkpoints;
using Backflow.Runs.Columns;
using Xunit;

namespace Backflow.Experiments.Tests.Training;

public sealed class DamagedCheckpointTests : IDisposable
{
    /// <summary>Checkpoints are withheld above three times the mean of the first five losses; docs/verdicts.md.</summary>
    private const double Damage = 3;

    private const int FirstLosses = 5;

    private readonly string _folder = Directory.CreateTempSubdirectory("backflow-").FullName;
    private readonly RunStore _store;

    public DamagedCheckpointTests() => _store = RunStore.Open(Path.Combine(_folder, "backflow.db"));

    public void Dispose()
    {
        _store.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Train_LossExplodes_TakesNoCheckpointWhileItIsDamaged()
    {
        TrainingConfiguration exploding = new()
        {
            Task = "echo",
            TaskOptions = ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal).Add("--lag", 3),
            Cells = ["rnn"],
            HiddenSize = 16,
            BatchSize = 8,
            Optimizer = "sgd",
            LearningRate = 20,
            ClipNorm = 5,
            Initialisation = "orthogonal",
            Steps = 40,
            ValidationInterval = 0,
            CheckpointInterval = 1,
        };
        CheckpointLog log = new();
        using TrainingRun run = TrainingRun.Create(_store, exploding, null, "backflow train", log, TimeProvider.System);
        run.Train(CancellationToken.None);

        ScalarSeries losses = _store.OpenReader(run.RunId).Scalars(TrainingRun.TrainingLossMetric);
        double limit = Damage * losses.Values.Take(FirstLosses).Average();
        long[] damaged =
        [
            .. losses.Steps.Zip(losses.Values).Where(point => point.First > FirstLosses && !(point.Second <= limit))
                .Select(static point => point.First),
        ];
        Assert.True(damaged.Length > 3, "Nothing is tested: the loss did not explode.");
        Assert.Contains(exploding.Steps, damaged);
        Assert.DoesNotContain(log.Steps, step => damaged.Contains(step));

        // What is resumed is the last good one, not the end.
        Checkpoint newest = _store.Checkpoints.LoadLatest(run.RunId).Checkpoint;
        Assert.Equal(log.Steps[^1], newest.Step);
        Assert.True(newest.Step < damaged[^1]);
    }

    private sealed class CheckpointLog : ITrainingObserver
    {
        public List<long> Steps { get; } = [];

        public void OnStart(string runId, string description, long firstStep)
        {
        }

        public void OnTask(TaskOutcome task)
        {
        }

        public void OnStep(StepReport report)
        {
        }

        public void OnSample(long step, string text)
        {
        }

        public void OnCheckpoint(long step) => Steps.Add(step);

        public void OnWarning(string message)
        {
        }
    }
}
