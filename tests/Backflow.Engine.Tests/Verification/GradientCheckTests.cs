using System.Collections.Immutable;
using Backflow.Engine.Kernels;
using Backflow.Engine.Verification;

namespace Backflow.Engine.Tests.Verification;

public sealed class GradientCheckTests
{
    /// <summary>
    /// H, T, B, layers: every value of every axis, with every depth; H around the vector widths. Applied to every cell.
    /// </summary>
    private static readonly ImmutableArray<(int H, int T, int B, int Layers)> Sizes =
    [
        (1, 1, 1, 1),
        (3, 2, 5, 2),
        (8, 7, 2, 3),
        (8, 50, 1, 1),
        (16, 2, 2, 3),
        (17, 7, 1, 2),
        (33, 7, 5, 1),
        (1, 50, 2, 3),
        (33, 1, 1, 3),
    ];

    public static TheoryData<string, int, int, int, int> Covering
    {
        get
        {
            TheoryData<string, int, int, int, int> data = [];
            foreach (string cell in TestedCells.TrainedNames)
            {
                foreach ((int h, int t, int b, int layers) in Sizes)
                {
                    data.Add(cell, h, t, b, layers);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Covering))]
    public void Run_EveryCellAndSize_Passes(
        string cellName, int hiddenSize, int sequenceLength, int batchSize, int layers)
    {
        CellDescription cell = TestedCells.Named(cellName);
        GradientCheckOptions options = GradientCheckOptions.ForCell(
            cell, layers, sequenceLength, batchSize, inputSize: 3, hiddenSize, seed: 7) with
        {
            EntriesPerTensor = 12,
        };
        Passes(Check(options));
    }

    [Theory]
    [InlineData("rnn")]
    [InlineData("rnn-relu")]
    [InlineData("rnn-sigmoid")]
    [InlineData("lstm")]
    [InlineData("gru")]
    [InlineData("gru-reset-before")]
    public void Run_SmallNetwork_ChecksEveryEntryOfEveryTensor(string cellName)
    {
        CellDescription cell = TestedCells.Named(cellName);
        GradientCheckResult result = Check(GradientCheckOptions.ForCell(
            cell, layers: 2, sequenceLength: 5, batchSize: 2, inputSize: 3, hiddenSize: 4));
        Passes(result);
        int states = cell.HasCellState ? 2 : 1;
        Assert.Equal(8 + 1 + (4 * states), result.Differences.Length);
        Assert.All(result.Differences, tensor => Assert.Equal(tensor.Entries, tensor.Checked + tensor.Kinks));
        Assert.Contains(result.Differences, tensor => tensor.Tensor == "h_l1" && tensor.Entries == 5 * 2 * 4);
    }

    [Fact]
    public void Run_MixedStackWithEmbeddingAndHead_Passes() => Passes(Check(MixedStack(HeadPosition.EveryTimestep)));

    [Fact]
    public void Run_HeadOnLastTimestep_Passes() => Passes(Check(MixedStack(HeadPosition.LastTimestep)));

    [Fact]
    public void Run_SquaredError_Passes() =>
        Passes(Check(MixedStack(HeadPosition.EveryTimestep) with { UsesTargetValues = true }));

    [Fact]
    public void Run_Dropout_Passes()
    {
        GradientCheckOptions options = MixedStack(HeadPosition.EveryTimestep);
        Passes(Check(options with { Network = options.Network with { Dropout = 0.4 }, DropsOut = true }));
    }

    [Fact]
    public void Run_ReluWithManyUnits_SkipsFewKinks()
    {
        GradientCheckResult result = Check(GradientCheckOptions.ForCell(
            Cells.RnnRelu, layers: 1, sequenceLength: 20, batchSize: 4, inputSize: 3, hiddenSize: 16) with
        {
            EntriesPerTensor = 30,
        });
        Passes(result);
        Assert.True(
            result.Kinks * 50 <= result.EntriesChecked, $"{result.Kinks} of {result.EntriesChecked} at a kink.");
    }

    [Fact]
    public void Run_Cancelled_Throws()
    {
        using CancellationTokenSource source = new();
        source.Cancel();
        GradientCheckOptions options = GradientCheckOptions.ForCell(Cells.Gru, 1, 2, 1, 2, 2);
        Assert.Throws<OperationCanceledException>(() => GradientCheck.Run(options, source.Token));
    }

    [Fact]
    public void Passed_WrongGradientOrDeviation_IsFalse()
    {
        GradientCheckOptions options = GradientCheckOptions.ForCell(Cells.Gru, 1, 2, 1, 2, 2);
        GradientCheckResult result = Check(options);
        Assert.True(result.Passed);
        TensorDeviation wrong = new("x", 0, Expected: 1, Actual: 1.001, Deviation: 1e-3);
        Assert.False((result with { Single = [wrong] }).Passed);
        Assert.False((result with { Differences = [result.Differences[0] with { Worst = wrong }] }).Passed);
        Assert.False((result with { Differences = [result.Differences[0] with { Kinks = 1000 }] }).Passed);
    }

    /// <summary>
    /// And batches whose products are products of tiles where the kernels use them: one and two tiles of rows.
    /// </summary>
    private static ImmutableArray<(int H, int T, int B, int Layers)> SizesOfProducts =>
        [.. Sizes, (33, 6, 9, 2), (40, 4, 37, 2)];

    public static TheoryData<string, string> KernelsAndCells
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach (KernelSet kernels in KernelSet.All)
            {
                foreach (string cell in TestedCells.TrainedNames)
                {
                    data.Add(kernels.Name, cell);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(KernelsAndCells))]
    public void CompareSingle_EveryKernelSet_FollowsTheTwin(string name, string cellName)
    {
        CellDescription cell = TestedCells.Named(cellName);
        KernelSet kernels = KernelSet.All.Single(set => set.Name == name);
        foreach ((int h, int t, int b, int layers) in SizesOfProducts)
        {
            GradientCheckOptions options = GradientCheckOptions.ForCell(cell, layers, t, b, inputSize: 5, h, seed: 3);
            foreach (TensorDeviation deviation in SingleComparison.Run(options, kernels))
            {
                Assert.True(
                    deviation.Deviation <= GradientCheck.SingleToleranceOf(options),
                    $"{name}, H={h}, T={t}, B={b}, L={layers}: {deviation}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(KernelsAndCells))]
    public void CompareSingle_MixedStackWithHead_FollowsTheTwin(string name, string cellName)
    {
        CellDescription cell = TestedCells.Named(cellName);
        KernelSet kernels = KernelSet.All.Single(set => set.Name == name);
        GradientCheckOptions every = MixedStack(HeadPosition.EveryTimestep);
        GradientCheckOptions options = every with
        {
            Network = every.Network with
            {
                Dropout = 0.3,
                Layers = [new LayerOptions(cell, 19), .. every.Network.Layers],
            },
            DropsOut = true,
        };
        GradientCheckOptions values = options with { UsesTargetValues = true };
        GradientCheckOptions last = options with
        {
            Network = options.Network with { HeadPosition = HeadPosition.LastTimestep },
        };
        foreach (GradientCheckOptions question in (ImmutableArray<GradientCheckOptions>)[options, values, last])
        {
            foreach (TensorDeviation deviation in SingleComparison.Run(question, kernels))
            {
                Assert.True(
                    deviation.Deviation <= GradientCheck.SingleToleranceOf(question), $"{name}: {deviation}");
            }
        }
    }

    private static GradientCheckOptions MixedStack(HeadPosition position) => new()
    {
        Network = new NetworkOptions
        {
            VocabularySize = 11,
            InputSize = 6,
            Layers =
            [
                new LayerOptions(Cells.RnnTanh, 9),
                new LayerOptions(Cells.Lstm, 17),
                new LayerOptions(Cells.Gru, 5),
            ],
            OutputSize = 11,
            HeadPosition = position,
        },
        SequenceLength = 6,
        BatchSize = 3,
        EntriesPerTensor = 25,
    };

    private static GradientCheckResult Check(GradientCheckOptions options) =>
        GradientCheck.Run(options, TestContext.Current.CancellationToken);

    private static void Passes(GradientCheckResult result)
    {
        Assert.True(
            result.WorstDifference.Deviation <= GradientCheck.DifferenceTolerance,
            $"{result.Cells}, differences: {result.WorstDifference}");
        Assert.True(
            result.WorstSingle.Deviation <= result.SingleTolerance,
            $"{result.Cells}, float: {result.WorstSingle}");
        Assert.True(result.Passed);
    }
}
