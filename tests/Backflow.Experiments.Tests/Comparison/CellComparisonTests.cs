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

    private CellComparison Create(
        TrainingConfiguration configuration,
        ImmutableArray<string> cells,
        bool sameSize = false,
        ITrainingObserver? observer = null) => CellComparison.Create(
            Store,
            configuration,
            cells,
            sameSize,
            name: null,
            "backflow compare",
            _ => observer ?? new SilentObserver(),
            TimeProvider.System);

    /// <summary>Cancels at the first report.</summary>
    private sealed class CancellingObserver(CancellationTokenSource source) : ITrainingObserver
    {
        public void OnStep(StepReport report) => source.Cancel();
    }
}
