using System.Collections.Immutable;
using Backflow.Engine.Verification;

namespace Backflow.Engine.Tests.Passes;

/// <summary>Layers that read in both directions, alone and among others.</summary>
public sealed class BothDirectionsTests
{
    private const int Longest = 7;

    // A batch of one takes other tiles of the product, which add in another order.
    private const float StateTolerance = 1e-6f;

    private static readonly int[] Lengths = [7, 2, 1, 5];

    public static TheoryData<string> CellCases => [.. TestedCells.TrainedNames];

    public static TheoryData<string, int> Heads
    {
        get
        {
            TheoryData<string, int> data = [];
            foreach (string stack in Stacks.Keys)
            {
                data.Add(stack, (int)HeadPosition.EveryTimestep);
                data.Add(stack, (int)HeadPosition.LastTimestep);
            }

            return data;
        }
    }

    // Every order of one and two directions: one below two, two below one, two below two of other widths.
    private static ImmutableSortedDictionary<string, ImmutableArray<LayerOptions>> Stacks { get; } =
        new Dictionary<string, ImmutableArray<LayerOptions>>
        {
            ["both"] = [new(Cells.Lstm, 9), new(Cells.Lstm, 9, IsReverse: true)],
            ["both, both"] =
            [
                new(Cells.Gru, 5), new(Cells.Gru, 5, IsReverse: true),
                new(Cells.Lstm, 17), new(Cells.RnnTanh, 3, IsReverse: true),
            ],
            ["one, both, one"] =
            [
                new(Cells.RnnTanh, 6), new(Cells.Lstm, 5), new(Cells.GruResetBefore, 4, IsReverse: true),
                new(Cells.Gru, 7),
            ],
        }.ToImmutableSortedDictionary();

    [Theory]
    [MemberData(nameof(CellCases))]
    public void GradientCheck_EveryCellInBothDirections_Passes(string cell) =>
        Passes(GradientCheckOptions.ForCell(
            TestedCells.Named(cell), 2, sequenceLength: 5, batchSize: 2, inputSize: 3, hiddenSize: 6, seed: 3,
            bothDirections: true) with
        {
            EntriesPerTensor = 20,
        });

    [Theory]
    [MemberData(nameof(Heads))]
    public void GradientCheck_StackWithEmbeddingHeadAndDropout_Passes(string stack, int position)
    {
        GradientCheckOptions options = new()
        {
            Network = Options(stack, (HeadPosition)position) with { Dropout = 0.3 },
            SequenceLength = 6,
            BatchSize = 3,
            EntriesPerTensor = 20,
            DropsOut = true,
        };
        Passes(options);
        Passes(options with { Network = options.Network with { Dropout = 0 }, DropsOut = false });
    }

    [Theory]
    [MemberData(nameof(Heads))]
    public void Backward_ThreadsAndRecomputing_ChangeNoBit(string stack, int position)
    {
        NetworkOptions options = Options(stack, (HeadPosition)position) with { Dropout = 0.25 };
        int[] one = Bits(threads: 1, recompute: false);
        Assert.Equal(one, Bits(threads: 3, recompute: false));
        Assert.Equal(one, Bits(threads: 1, recompute: true));
        Assert.Equal(one, Bits(threads: 2, recompute: true));

        int[] Bits(int threads, bool recompute)
        {
            using PassSetup setup = new(options, sequenceLength: 200, batchSize: 7, threads, recompute);
            Assert.Equal(recompute, setup.Pass.Recomputes);
            setup.Pass.Forward(dropoutKey: 9);
            setup.Pass.Backward();
            return PassSetup.Bits(setup.Everything());
        }
    }

    [Fact]
    public void Forward_ReverseLayer_IsAForwardLayerOnTheReversedSequence()
    {
        using PassSetup both = new(Options("both", HeadPosition.EveryTimestep, heads: 0), Longest, 2, threads: 1);
        using PassSetup alone = new(
            both.Network.Options with { Layers = [new LayerOptions(Cells.Lstm, 9)] }, Longest, 2, threads: 1);
        foreach (Parameter parameter in alone.Network.Layout.Parameters)
        {
            string name = parameter.Name == "embedding.weight" ? parameter.Name : parameter.Name + "_reverse";
            float[] values = new float[parameter.Count];
            both.Network.Layout.Find(name)!.Export(both.Network.Parameters.Span, values);
            parameter.Import(values, alone.Network.Parameters.Span);
        }

        for (int place = 0; place < Longest * 2; place++)
        {
            (int t, int row) = Math.DivRem(place, 2);
            alone.Pass.Tokens[place] = both.Pass.Tokens[((Longest - 1 - t) * 2) + row];
        }

        both.Pass.Forward();
        alone.Pass.Forward();
        float[] joined = new float[Longest * 2 * 18];
        both.Pass.GetTopStates(joined);
        for (int t = 0; t < Longest; t++)
        {
            Assert.Equal(alone.States(0, t, 9), both.States(1, t, 9));
            for (int row = 0; row < 2; row++)
            {
                Assert.Equal(Longest - 1 - t, both.Pass.Layers[1].PlaceOf(t, row));
                Assert.Equal(t, both.Pass.Layers[0].PlaceOf(t, row));
                Assert.Equal(
                    both.Pass.Layers[1].Hidden(Longest - 1 - t)[row].ToArray(),
                    joined.AsSpan((((t * 2) + row) * 18) + 9, 9).ToArray());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Heads))]
    public void Backward_SequencesOfTheirOwnLengths_EqualEachAlone(string stack, int position)
    {
        NetworkOptions options = Options(stack, (HeadPosition)position);
        using PassSetup together = new(options, Longest, Lengths.Length, threads: 2);
        together.Pass.SetLengths(Lengths);
        LinearHead head = together.Pass.Head!;
        for (int place = 0; place < head.Targets.Length; place++)
        {
            (int t, int row) = Math.DivRem(place, Lengths.Length);
            head.Targets[place] = head.Timesteps > 1 && t >= Lengths[row] ? -1 : place % options.OutputSize;
        }

        int counted = head.Targets.ToArray().Count(static target => target >= 0);
        together.Pass.Forward();
        together.Pass.Backward();
        float[] sums = new float[together.Network.Gradients.Length];
        for (int row = 0; row < Lengths.Length; row++)
        {
            using PassSetup alone = new(options, Lengths[row], 1, threads: 1);
            for (int t = 0; t < Lengths[row]; t++)
            {
                alone.Pass.Tokens[t] = together.Pass.Tokens[(t * Lengths.Length) + row];
            }

            LinearHead own = alone.Pass.Head!;
            for (int t = 0; t < own.Timesteps; t++)
            {
                own.Targets[t] = head.Targets[(t * Lengths.Length) + row];
            }

            alone.Pass.Forward();
            alone.Pass.Backward();
            for (int layer = 0; layer < options.Layers.Length; layer++)
            {
                for (int t = 0; t < Lengths[row]; t++)
                {
                    ReadOnlySpan<float> expected = alone.Pass.Layers[layer].Hidden(t)[0];
                    ReadOnlySpan<float> actual = together.Pass.Layers[layer].Hidden(t)[row];
                    for (int unit = 0; unit < expected.Length; unit++)
                    {
                        Assert.Equal(expected[unit], actual[unit], StateTolerance);
                    }
                }
            }

            // The mean over this sequence's targets, as its share of the mean over all.
            float share = own.CountedTargets / (float)counted;
            for (int i = 0; i < sums.Length; i++)
            {
                sums[i] += share * alone.Network.Gradients.Span[i];
            }
        }

        // Sums over the rows of a batch are taken in another order than sums over passes.
        float tolerance = 2e-5f * sums.Max(Math.Abs);
        for (int i = 0; i < sums.Length; i++)
        {
            Assert.Equal(sums[i], together.Network.Gradients.Span[i], tolerance);
        }
    }

    [Theory]
    [MemberData(nameof(Heads))]
    public void Backward_OtherPadding_HasTheSameBits(string stack, int position)
    {
        NetworkOptions options = Options(stack, (HeadPosition)position) with { VocabularySize = 0 };
        Assert.Equal(Bits(padding: 0), Bits(padding: 1e3f));

        int[] Bits(float padding)
        {
            using PassSetup setup = new(options, Longest, Lengths.Length, threads: 2);
            float[] input = PassSetup.Gaussian(seed: 5, Longest * Lengths.Length * options.InputSize);
            for (int i = 0; i < input.Length; i++)
            {
                (int t, int row) = Math.DivRem(i / options.InputSize, Lengths.Length);
                input[i] = t < Lengths[row] ? input[i] : padding;
            }

            setup.Pass.SetInput(input);
            setup.Pass.SetLengths(Lengths);
            setup.Pass.Forward();
            setup.Pass.Backward();
            return PassSetup.Bits(setup.Everything());
        }
    }

    [Theory]
    [MemberData(nameof(Heads))]
    public void LocalGradient_LastTimestepRead_IsTheTotal(string stack, int position)
    {
        // Nothing is read after it, so that all of its gradient comes from above.
        using PassSetup setup = new(
            Options(stack, (HeadPosition)position) with { Dropout = 0.25 }, Longest, 3, threads: 1);
        setup.Pass.Forward(dropoutKey: 4);
        setup.Pass.Backward();
        foreach (LayerPass layer in setup.Pass.Layers)
        {
            Assert.True(layer.HasLocalGradient);
            float[] local = new float[3 * layer.HiddenSize];
            layer.LocalGradient(Longest - 1, local);
            float[] total = new float[local.Length];
            layer.HiddenGradient(Longest - 1).CopyTo(total);
            float largest = total.Max(Math.Abs);
            Assert.True(largest > 0);
            for (int i = 0; i < total.Length; i++)
            {
                Assert.Equal(total[i], local[i], 1e-6f * largest);
            }
        }
    }

    [Fact]
    public void CarryState_ReverseLayer_BeginsAnew()
    {
        using PassSetup setup = new(Options("both", HeadPosition.EveryTimestep), Longest, 2, threads: 1);
        setup.Pass.Forward();
        float[] last = setup.States(0, Longest - 1, 9);
        setup.Pass.CarryState();
        Assert.Equal(last, setup.States(0, LayerPass.Initial, 9));
        Assert.Equal(new float[18], setup.States(1, LayerPass.Initial, 9));
    }

    [Fact]
    public void Network_Names_ArePyTorchs()
    {
        RecurrentNetwork network = new(Options("both, both", HeadPosition.EveryTimestep));
        Assert.Equal(
            ["weight_ih_l0", "weight_ih_l0_reverse", "weight_ih_l1", "weight_ih_l1_reverse"],
            network.Layers.Select(static layer => layer.InputWeights.Name));
        Assert.Equal([10, 20], [network.Layers[2].InputWeights.Shape[1], network.HeadWeights!.Shape[1]]);
        Assert.Equal(
            network.Options.ParameterCount, network.Layout.Parameters.Sum(static parameter => parameter.Count));
    }

    [Fact]
    public void Network_ReverseWithoutForward_IsRefused()
    {
        LayerOptions forward = new(Cells.Gru, 4);
        LayerOptions reverse = forward with { IsReverse = true };
        Assert.Throws<ArgumentException>(() => Of(reverse));
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => Of(forward, reverse, reverse));
        Assert.StartsWith("Layer 2 reads in reverse", refusal.Message, StringComparison.Ordinal);

        static RecurrentNetwork Of(params ImmutableArray<LayerOptions> layers) =>
            new(new NetworkOptions { InputSize = 3, Layers = layers });
    }

    private static NetworkOptions Options(string stack, HeadPosition position, int heads = 5) => new()
    {
        VocabularySize = 6,
        InputSize = 4,
        Layers = Stacks[stack],
        OutputSize = heads,
        HeadPosition = position,
    };

    private static void Passes(GradientCheckOptions options)
    {
        GradientCheckResult result = GradientCheck.Run(options, TestContext.Current.CancellationToken);
        Assert.True(
            result.WorstDifference.Deviation <= GradientCheck.DifferenceTolerance,
            $"{result.Cells}, differences: {result.WorstDifference}");
        Assert.True(
            result.WorstSingle.Deviation <= result.SingleTolerance, $"{result.Cells}, float: {result.WorstSingle}");
    }
}
