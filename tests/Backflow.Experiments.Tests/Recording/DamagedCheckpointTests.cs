using System.Collections.Immutable;
using System.Globalization;
using Backflow.Experiments.Recording;
using Backflow.Runs;
using Backflow.Training;
using Xunit;

namespace Backflow.Experiments.Tests.Recording;

/// <summary>Which bad losses keep a checkpoint from being taken: those that stay, and not one of a noisy run.</summary>
public sealed class DamagedCheckpointTests : IDisposable
{
    /// <summary>Above this share of the mean of the first five losses a loss is bad; usually three times.</summary>
    private const double Bad = 1.5;

    private const int FirstLosses = 5;

    /// <summary>A step has one sentence, and some are hard for a network that has learnt most of them.</summary>
    private static readonly TrainingConfiguration Noisy = new()
    {
        Task = "agreement",
        TaskOptions = Options("length", 8),
        Cells = ["gru"],
        LearningRate = 0.01,
        HiddenSize = 16,
        EmbeddingSize = 8,
        BatchSize = 1,
        CarryState = false,
        Steps = 300,
        LogInterval = 10,
        ValidationInterval = 0,
        CheckpointInterval = 0,
        Threads = 1,
        VerdictSettings = [string.Create(CultureInfo.InvariantCulture, $"loss-exploding.threshold={Bad}")],
    };

    private static readonly TrainingConfiguration Exploding = Noisy with
    {
        Task = "echo",
        TaskOptions = Options("lag", 3),
        Cells = ["rnn"],
        EmbeddingSize = 32,
        BatchSize = 8,
        Optimizer = "sgd",
        LearningRate = 20,
        ClipNorm = 5,
        Initialisation = "orthogonal",
        Steps = 40,
        CheckpointInterval = 1,
    };

    private readonly TemporaryStore _temporary = new();

    private RunStore Store => _temporary.Store;

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Train_LossStaysBad_KeepsNoCheckpointOfIt()
    {
        bool[] isBad = Train(Exploding, out string id);
        Assert.True(isBad[^4..].All(static bad => bad), "Nothing is tested: the loss did not explode.");

        // What is resumed is the last good one, not the end.
        Assert.All(Store.Checkpoints.List(id), checkpoint => Assert.False(isBad[checkpoint.Step - 1]));
    }

    [Fact]
    public void Train_OneBadLossAmongGoodOnes_EndsWithACheckpointAndPutsOthersOffByAStep()
    {
        bool[] isBad = Train(Noisy, out _);
        int step = Enumerable.Range(FirstLosses + 5, isBad.Length - FirstLosses - 6)
            .First(step => isBad[step - 1] && isBad.Skip(step - 5).Take(4).All(static bad => !bad) && !isBad[step]);

        // The same losses again, since nothing depends on the number of steps.
        Train(Noisy with { Steps = step }, out string ended);
        Assert.Equal(step, Store.Checkpoints.LoadLatest(ended).Checkpoint.Step);
        Train(Noisy with { Steps = step + 2, CheckpointInterval = step }, out string wentOn);
        Assert.Equal(
            [step + 2, step + 1],
            Store.Checkpoints.List(wentOn).Select(static checkpoint => (int)checkpoint.Step));
    }

    private bool[] Train(TrainingConfiguration configuration, out string id)
    {
        using TrainingRun run = RecordedRun.Create(
            Store, configuration, null, "backflow train", new SilentObserver(), TimeProvider.System);
        id = run.Train(CancellationToken.None).RunId;
        ImmutableArray<double> losses = Store.OpenReader(id).Scalars(TrainingMetrics.TrainingLoss).Values;
        double limit = Bad * losses.Take(FirstLosses).Average();
        return [.. losses.Select((loss, i) => i >= FirstLosses && !(loss <= limit))];
    }

    private static ImmutableSortedDictionary<string, int> Options(string name, int value) =>
        ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal).Add(name, value);
}
