using System.Collections.Immutable;
using System.Diagnostics;
using Backflow.Experiments.Exploration;
using Backflow.Experiments.Recording;
using Backflow.Runs;
using Backflow.Runs.Manifest;
using Backflow.Training;
using Xunit;

namespace Backflow.Experiments.Tests.Exploration;

public sealed class ExplorerTests : IDisposable
{
    private const long DependencySteps = 20;

    // Exponentials of float losses.
    private const double ProbabilityTolerance = 1e-5;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly TemporaryStore _temporary = new();

    private RunStore Store => _temporary.Store;

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Depend_FirstQuestion_TrainsThreeNetworksAndTheNextExplorerFindsThem()
    {
        DependencyAnswer answer;
        using (Explorer explorer = new(Store, TimeProvider.System, DependencySteps))
        {
            answer = Await(explorer, attractors: 3);
        }

        Assert.Equal(["rnn-tanh", "lstm", "gru"], answer.Cells);
        Assert.Equal(1, answer.Progress);
        Assert.Equal(3, answer.AttractorIndices.Length);
        Assert.All(answer.AttractorIndices, index => Assert.InRange(index, answer.Subject + 1, answer.Verb - 1));
        Assert.Equal(answer.Words.Length - 1, answer.Verb);
        foreach (string cell in answer.Cells)
        {
            Assert.Equal(answer.Words.Length, answer.Norms[cell].Length);
            Assert.All(answer.Norms[cell].AsSpan()[..answer.Verb].ToArray(), static norm => Assert.True(norm > 0));
            Assert.Equal(0, answer.Norms[cell][answer.Verb]);
            NumberProbabilities probabilities = answer.Probabilities[cell];
            Assert.Equal(1, probabilities.Singular + probabilities.Plural, ProbabilityTolerance);
            Assert.Equal(6, answer.AccuracyByAttractors[cell].Length);
            Assert.All(answer.AccuracyByAttractors[cell], static share => Assert.InRange(share, 0, 1));
        }

        // "Matched": within 2 % of each other.
        Assert.True(answer.Parameters.Values.Max() < 1.02 * answer.Parameters.Values.Min());

        Assert.Equal(3, Store.ListRuns().Length);
        using Explorer second = new(Store, TimeProvider.System, DependencySteps);
        DependencyAnswer again = Await(second, attractors: 3);
        Assert.Equal(answer.Words, again.Words);
        Assert.Equal(answer.Norms["lstm"], again.Norms["lstm"]);
        Assert.Equal(3, Store.ListRuns().Length);
    }

    [Fact]
    public void Depend_ExplorerStopsWhileTraining_TheNextOneGoesOn()
    {
        using (Explorer explorer = new(Store, TimeProvider.System, dependencySteps: 100_000))
        {
            Assert.Equal("training", explorer.Depend(attractors: 0, example: 0).Status);
            // A network whose thread has not run yet leaves nothing behind.
            Assert.True(SpinWait.SpinUntil(AllHaveSteps, Patience), "Not all of them trained.");
        }

        Assert.Equal(3, Store.ListRuns().Length);
        Assert.All(Store.ListRuns(), static run => Assert.Equal(RunStatus.Interrupted, run.Status));
        using Explorer next = new(Store, TimeProvider.System, dependencySteps: 100_000);
        next.Depend(attractors: 0, example: 0);
        Assert.True(
            SpinWait.SpinUntil(() => Store.ListRuns().All(static run => run.Status == RunStatus.Running), Patience),
            "Not all of them went on.");
        Assert.Equal(3, Store.ListRuns().Length);
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(6, 0)]
    [InlineData(0, -1)]
    [InlineData(0, 10_000)]
    public void Depend_OutOfRange_SaysWhatIsAllowed(int attractors, int example)
    {
        using Explorer explorer = new(Store);
        Assert.Throws<ExperimentException>(() => explorer.Depend(attractors, example));
        Assert.Empty(Store.ListRuns());
    }

    [Fact]
    public void Itemise_TextRun_HasATriangleOfWhatEachPredictionReaches()
    {
        string id = Train(new TrainingConfiguration
        {
            SentenceCharacters = 20_000,
            HiddenSize = 24,
            SequenceLength = 16,
            Steps = 20,
        });
        using Explorer explorer = new(Store);
        ItemisedAnswer answer = explorer.Itemise(id, layer: 0, offset: 40);

        Assert.Equal((20, 40, 16), (answer.Step, answer.Offset, answer.Characters.Length));
        Assert.Equal(answer.Targets[..15], answer.Characters[1..]);
        for (int loss = 0; loss < 16; loss++)
        {
            for (int t = 0; t < 16; t++)
            {
                float value = answer.Map[(loss * 16) + t];
                Assert.True(t > loss ? value == 0 : value > 0, $"τ {loss}, t {t}: {value}");
            }
        }

        Assert.All(answer.Top, static top => Assert.Equal(5, top.Length));
        Assert.All(answer.Top, static top =>
            Assert.Equal(top.OrderByDescending(static one => one.Probability), top));
        for (int t = 0; t < 16; t++)
        {
            if (answer.Top[t].FirstOrDefault(one => one.Character == answer.Targets[t]) is CharacterProbability own)
            {
                Assert.Equal(Math.Exp(-answer.Losses[t]), own.Probability, ProbabilityTolerance);
            }
        }

        // What is read does not depend on where the window begins.
        Assert.Equal(answer.Characters[4..], explorer.Itemise(id, layer: 0, offset: 44).Characters[..12]);
        Assert.Throws<ExperimentException>(() => explorer.Itemise(id, layer: 1, offset: 0));
        Assert.Throws<ExperimentException>(() => explorer.Itemise(id, layer: 0, offset: answer.TextLength));
    }

    [Fact]
    public void Itemise_RunWithoutTextOrCheckpoint_SaysWhatToDo()
    {
        string id = Train(new TrainingConfiguration { Task = "echo", HiddenSize = 8, Steps = 2, CarryState = false });
        using Explorer explorer = new(Store);
        ExperimentException task = Assert.Throws<ExperimentException>(() => explorer.Itemise(id, layer: 0, offset: 0));
        Assert.Contains("task echo", task.Message, StringComparison.Ordinal);

        string empty = Store.CreateRun(new RunDescription
        {
            Prefix = "lstm",
            Task = "text",
            Cell = "lstm",
            ConfigurationJson = "{}",
            Seed = 1,
            ProductVersion = "0",
            Machine = "test",
            CommandLine = "test",
        }).Id;
        ExperimentException none =
            Assert.Throws<ExperimentException>(() => explorer.Itemise(empty, layer: 0, offset: 0));
        Assert.Contains("no checkpoint", none.Message, StringComparison.Ordinal);
    }

    private bool AllHaveSteps()
    {
        ImmutableArray<RunManifest> runs = Store.ListRuns();
        return runs.Length == 3 && runs.All(static run => run.LastStep > 0);
    }

    private static DependencyAnswer Await(Explorer explorer, int attractors)
    {
        Stopwatch watch = Stopwatch.StartNew();
        DependencyAnswer answer;
        do
        {
            answer = explorer.Depend(attractors, example: 1);
            Assert.True(watch.Elapsed < Patience, $"Only {answer.Progress:P0} of the training was done.");
            Thread.Sleep(10);
        }
        while (answer.Status != "ready");

        return answer;
    }

    private string Train(TrainingConfiguration configuration)
    {
        using TrainingRun run = RecordedRun.Create(
            Store, configuration, name: null, "test", new SilentObserver(), TimeProvider.System);
        run.Train(TestContext.Current.CancellationToken);
        return run.RunId;
    }
}
