using System.Collections.Immutable;
using Backflow.Experiments.Diagnosis;
using Backflow.Training;
using Xunit;

namespace Backflow.Experiments.Tests.Diagnosis;

public sealed class RemedyRoundsTests
{
    private static readonly TrainingConfiguration Unhealthy = new()
    {
        Task = "echo",
        TaskOptions = ImmutableSortedDictionary<string, int>.Empty.Add("lag", 3),
        Cells = ["rnn"],
        HiddenSize = 4,
        EmbeddingSize = 4,
        BatchSize = 4,
        CarryState = false,
        SequenceLength = 23,
        Steps = 40,
        Threads = 1,
    };

    [Fact]
    public void Run_BudgetThatIsOverBeforeAnyRemedy_TrainsTheConfigurationOnce()
    {
        using TemporaryStore temporary = new();
        Count count = new();
        RemedyRounds rounds = new(
            RemedyTrials.Of(Unhealthy, dependency: 3),
            secondsPerCost: 1e-6,
            memorylessLoss: 2,
            budget: 10,
            elapsed: () => count.Trials == 0 ? 0 : 5,
            new TrialTraining(temporary.Store, TimeProvider.System),
            count);

        (ImmutableArray<TrialResult> trials, Confirmation? confirmation) = rounds.Run(CancellationToken.None);

        Assert.Single(Assert.Single(trials).Runs);
        Assert.Null(confirmation);
        Assert.Equal(1, count.Trials);
        Assert.Contains("GRU", rounds.NotTried);
    }

    private sealed class Count : IDiagnosisObserver
    {
        public int Trials { get; private set; }

        public void OnTrial(int done, int total, string text) => Trials++;
    }
}
