using System.Collections.Immutable;
using Backflow.Experiments.Comparison;
using Backflow.Experiments.Recording;
using Backflow.Runs;
using Backflow.Runs.Manifest;
using Backflow.Training;
using Xunit;

namespace Backflow.Experiments.Tests.Comparison;

public sealed class CellComparisonTests : IDisposable
{
    /// <summary>How far the numbers of parameters may lie apart, as a share of the first cell's.</summary>
    private const double MostApart = 0.05;

    private static readonly TrainingConfiguration Small = new()
    {
        SentenceCharacters = 3_000,
        HiddenSize = 24,
        EmbeddingSize = 5,
        SequenceLength = 6,
        BatchSize = 3,
        Steps = 20,
        LogInterval = 5,
        ValidationInterval = 0,
        CheckpointInterval = 0,
    };

    private readonly TemporaryStore _temporary = new();

    private RunStore Store => _temporary.Store;

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Train_EveryCell_HasTheLossesThatItHasAlone()
    {
        using CellComparison comparison = Create(Small, ["rnn", "lstm", "gru"]);
        ImmutableArray<ComparedCell> cells = comparison.Train(CancellationToken.None);

        Assert.Equal(["rnn", "lstm", "gru"], cells.Select(cell => cell.Cell));
        Assert.Equal(comparison.RunIds, cells.Select(cell => cell.Summary.RunId));
        foreach (ComparedCell cell in cells)
        {
            using TrainingRun alone = RecordedRun.Create(
                Store,
                Small with { Cells = [cell.Cell], HiddenSize = cell.HiddenSize },
                name: null,
                "backflow train",
                new SilentObserver(),
                TimeProvider.System);
            alone.Train(CancellationToken.None);
            Assert.Equal(Losses(alone.RunId), Losses(cell.Summary.RunId));
            Assert.Equal(Small.Steps, Losses(cell.Summary.RunId).Length);
            Assert.InRange(cell.Horizon!.Value, 0, Small.SequenceLength - 1);
            Assert.True(cell.Decay > 0);
        }
    }

    [Theory]
    [InlineData("rnn", 64)]
    [InlineData("lstm", 24)]
    [InlineData("gru", 32)]
    public void Create_MatchedSizes_ParametersLieWithinFivePercent(string first, int hiddenSize)
    {
        ImmutableArray<string> others = [.. ((string[])["rnn", "lstm", "gru"]).Where(cell => cell != first)];
        TrainingConfiguration configuration = Small with { HiddenSize = hiddenSize, Steps = 1 };
        using CellComparison comparison = Create(configuration, [first, .. others]);
        ImmutableArray<ComparedCell> cells = comparison.Train(CancellationToken.None);

        Assert.Equal(hiddenSize, cells[0].HiddenSize);
        double target = cells[0].Summary.Parameters;
        Assert.All(cells, cell => Assert.InRange(cell.Summary.Parameters / target, 1 - MostApart, 1 + MostApart));
    }

    [Fact]
    public void Create_SameSize_KeepsTheHiddenSizeAndNamesTheRuns()
    {
        using CellComparison one = Create(Small, ["lstm", "gru"], sameSize: true);
        using CellComparison two = Create(Small, ["lstm", "gru"], sameSize: true);
        Assert.Equal(("compare-0001", "compare-0002"), (one.Name, two.Name));
        Assert.Equal(
            ["compare-0001/lstm", "compare-0001/gru"], one.RunIds.Select(id => Store.GetRun(id).Name));
        Assert.All(two.Train(CancellationToken.None), cell => Assert.Equal(Small.HiddenSize, cell.HiddenSize));
    }

    [Fact]
    public void Train_Cancelled_EveryRunIsInterruptedWithACheckpoint()
    {
        using CancellationTokenSource source = new();
        using CellComparison comparison = Create(
            Small, ["lstm", "gru"], observer: new CancellingObserver(source));
        ImmutableArray<ComparedCell> cells = comparison.Train(source.Token);

        Assert.All(cells, cell => Assert.True(cell.Summary.IsInterrupted));
        foreach (ComparedCell cell in cells)
        {
            Assert.InRange(cell.Summary.Step, 1, Small.Steps - 1);
            Assert.Equal(cell.Summary.Step, Store.Checkpoints.LoadLatest(cell.Summary.RunId).Checkpoint.Step);
            Assert.Equal(RunStatus.Interrupted, Store.GetRun(cell.Summary.RunId).Status);
        }
    }

    [Fact]
    public void Train_OneDiverges_TheOtherGoesOn()
    {
        TrainingConfiguration wild = Small with { Optimizer = "sgd", LearningRate = 1e10, ClipNorm = 0, Steps = 30 };
        using CellComparison comparison = Create(wild, ["rnn-relu", "rnn-sigmoid"]);
        ImmutableArray<ComparedCell> cells = comparison.Train(CancellationToken.None);
        Assert.True(cells[0].Summary.IsDiverged);
        Assert.Equal((false, wild.Steps), (cells[1].Summary.IsDiverged, cells[1].Summary.Step));
    }

    [Fact]
    public void Create_AgainAfterAnInterruption_GoesOnToTheSameBits()
    {
        TrainingConfiguration often = Small with { CheckpointInterval = 3, ValidationInterval = 10 };
        ImmutableArray<ComparedCell> whole = Ended(often);
        using CancellationTokenSource source = new();
        using (CellComparison interrupted = Create(
            often, ["lstm", "gru"], observer: new CancellingObserver(source), isFresh: true))
        {
            interrupted.Train(source.Token);
            Assert.Equal("compare-0002", interrupted.Name);
        }

        using CellComparison again = Create(often with { Threads = 2 }, ["lstm", "gru"]);
        Assert.Equal("All runs go on from their checkpoints.", again.Note);
        ImmutableArray<ComparedCell> ended = again.Train(CancellationToken.None);
        Assert.Equal("compare-0002", again.Name);
        Assert.Equal(4, Store.ListRuns().Length);
        for (int i = 0; i < ended.Length; i++)
        {
            Assert.Equal(Losses(whole[i].Summary.RunId), Losses(ended[i].Summary.RunId));
            Assert.Equal(Parameters(whole[i]), Parameters(ended[i]));
        }
    }

    [Fact]
    public void Create_AgainAfterItsEnd_TellsTheSameAndTrainsNothing()
    {
        TrainingConfiguration adding = Small with { Task = "adding", ValidationInterval = 10 };
        ImmutableArray<ComparedCell> first = Ended(adding);
        using CellComparison again = Create(adding, ["lstm", "gru"]);
        Assert.Equal("All runs were finished before; they are not trained again.", again.Note);
        Assert.Equal(first.Select(Timeless), again.Train(CancellationToken.None).Select(Timeless));
        Assert.Equal(2, Store.ListRuns().Length);

        // A reader may go on with a run by itself: what that adds is kept.
        Store.Rename(first[0].Summary.RunId, "mine");
        again.Dispose();
        using CellComparison other = Create(adding, ["lstm", "gru"]);
        Assert.Equal("1 of 2 runs were finished before; the others go on from their checkpoints.", other.Note);
        Assert.Equal(first[1].Summary.RunId, other.RunIds[1]);
        Assert.Equal(3, Store.ListRuns().Length);
    }

    [Fact]
    public void Create_AgainAfterADivergence_TellsTheSame()
    {
        TrainingConfiguration wild = Small with { Optimizer = "sgd", LearningRate = 1e10, ClipNorm = 0, Steps = 30 };
        ImmutableArray<ComparedCell> first = Ended(wild, "rnn-relu", "rnn-sigmoid");
        Assert.True(first[0].Summary.IsDiverged);
        Assert.Equal(first.Select(Timeless), Ended(wild, "rnn-relu", "rnn-sigmoid").Select(Timeless));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Create_AgainAfterAKillBeforeTheFirstCheckpointOrTheEnd_ComesToTheSameEnd(bool isAtTheEnd)
    {
        TrainingConfiguration often = Small with { CheckpointInterval = 4 };
        ImmutableArray<double> expected = Losses(Ended(often)[0].Summary.RunId);
        using (CellComparison killed = Create(often, ["lstm", "gru"], isFresh: true))
        {
            if (isAtTheEnd)
            {
                string id = killed.Train(CancellationToken.None)[0].Summary.RunId;
                Store.Finish(id, RunStatus.Interrupted);
            }
        }

        ImmutableArray<ComparedCell> ended = Ended(often);
        Assert.Equal(expected, Losses(ended[0].Summary.RunId));
        Assert.Equal(RunStatus.Completed, Store.GetRun(ended[0].Summary.RunId).Status);
        Assert.Equal("compare-0002/lstm", Store.GetRun(ended[0].Summary.RunId).Name);
        Assert.Equal(4, Store.ListRuns().Length);
    }

    [Fact]
    public void Create_OtherSettingsOrDeletedRuns_BeginsAnew()
    {
        ImmutableArray<ComparedCell> first = Ended(Small);
        using (CellComparison longer = Create(Small with { Steps = 21 }, ["lstm", "gru"]))
        {
            Assert.Equal((null, "compare-0002"), (longer.Note, longer.Name));
        }

        Assert.All(first, cell => Store.Delete(cell.Summary.RunId));
        Assert.All(Ended(Small, "gru", "rnn"), static cell => Assert.Equal(20, cell.Summary.Step));

        // The name is free again, and others have it now.
        using CellComparison again = Create(Small, ["lstm", "gru"]);
        Assert.Equal((null, "compare-0003"), (again.Note, again.Name));
    }

    [Theory]
    [InlineData("lstm")]
    [InlineData("lstm,lstm")]
    [InlineData("rnn,rnn-relu,rnn-sigmoid,lstm,gru")]
    public void Validate_CountOfCells_IsRefused(string cells)
    {
        ExperimentException failure = Assert.Throws<ExperimentException>(
            () => CellComparison.Validate(Small, [.. cells.Split(',')]));
        Assert.Equal($"ComparedCells must name 2 to 4 different cells, got '{cells}'.", failure.Message);
    }

    private ImmutableArray<double> Losses(string id) => Store.OpenReader(id).Scalars("training-loss").Values;

    private ImmutableArray<ComparedCell> Ended(TrainingConfiguration configuration, params string[] cells)
    {
        using CellComparison comparison = Create(configuration, cells.Length == 0 ? ["lstm", "gru"] : [.. cells]);
        return comparison.Train(CancellationToken.None);
    }

    private string Parameters(ComparedCell cell) => string.Join(
        '\n',
        Store.Checkpoints.LoadLatest(cell.Summary.RunId).Content.Tensors.Select(static tensor =>
            $"{tensor.Name} {Convert.ToHexString(tensor.Data.Span)}"));

    // What is known of a run from its store: no times.
    private static ComparedCell Timeless(ComparedCell cell) => cell with
    {
        Summary = cell.Summary with
        {
            Elapsed = TimeSpan.Zero,
            TelemetryCost = null,
            EffectiveContext = null,
            GradientReach = null,
            ReachTime = TimeSpan.Zero,
        },
    };

    private CellComparison Create(
        TrainingConfiguration configuration,
        ImmutableArray<string> cells,
        bool sameSize = false,
        ITrainingObserver? observer = null,
        bool isFresh = false) => CellComparison.Create(
            Store,
            configuration,
            cells,
            sameSize,
            name: null,
            "backflow compare",
            _ => observer ?? new SilentObserver(),
            TimeProvider.System,
            isFresh: isFresh);

    /// <summary>Cancels at the first report.</summary>
    private sealed class CancellingObserver(CancellationTokenSource source) : ITrainingObserver
    {
        public void OnStep(StepReport report) => source.Cancel();
    }
}
