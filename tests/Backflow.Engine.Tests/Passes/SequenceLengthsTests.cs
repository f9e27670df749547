namespace Backflow.Engine.Tests.Passes;

/// <summary>Sequences of a batch that end before the last timestep: each is the same as if it were alone.</summary>
public sealed class SequenceLengthsTests
{
    private const int Longest = 9;
    private const int InputSize = 5;

    // Sums over the rows of a batch are taken in another order than sums over passes.
    private const double SumTolerance = 2e-5;

    private static readonly int[] Lengths = [9, 3, 1, 6];
    private static readonly int[] Widths = [7, 19];

    public static TheoryData<string> CellCases => [.. TestedCells.TrainedNames];

    [Theory]
    [MemberData(nameof(CellCases))]
    public void Backward_SequencesOfTheirOwnLengths_HaveTheBitsOfABatchOfThatLength(string cell)
    {
        using PassSetup together = Begin(cell, Longest, Lengths.Length, static row => row);
        together.Pass.SetLengths(Lengths);
        together.Pass.Forward();
        together.Pass.Backward();
        for (int row = 0; row < Lengths.Length; row++)
        {
            int length = Lengths[row];
            using PassSetup whole = Begin(cell, length, Lengths.Length, static other => other);
            whole.Pass.Forward();
            whole.Pass.Backward();
            for (int layer = 0; layer < Widths.Length; layer++)
            {
                LayerPass own = whole.Pass.Layers[layer];
                LayerPass of = together.Pass.Layers[layer];
                float[] nothing = new float[Widths[layer]];
                for (int t = LayerPass.Initial; t < Longest; t++)
                {
                    int held = Math.Min(t, length - 1);
                    bool isHeld = t >= length;
                    AssertBits(own.Hidden(held)[row], of.Hidden(t)[row]);
                    AssertBits(isHeld ? nothing : own.HiddenGradient(t)[row], of.HiddenGradient(t)[row]);
                    if (own.HasCellState)
                    {
                        AssertBits(own.Cell(held)[row], of.Cell(t)[row]);
                        AssertBits(isHeld ? nothing : own.CellGradient(t)[row], of.CellGradient(t)[row]);
                    }
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(CellCases))]
    public void Backward_SequencesOfTheirOwnLengths_SumTheParameterGradientsOfEachAlone(string cell)
    {
        using PassSetup together = Begin(cell, Longest, Lengths.Length, static row => row);
        together.Pass.SetLengths(Lengths);
        together.Pass.Forward();
        together.Pass.Backward();
        float[] sums = new float[together.Network.Gradients.Span.Length];
        for (int row = 0; row < Lengths.Length; row++)
        {
            using PassSetup alone = Begin(cell, Lengths[row], 1, _ => row);
            alone.Pass.Forward();
            alone.Pass.Backward();
            for (int i = 0; i < sums.Length; i++)
            {
                sums[i] += alone.Network.Gradients.Span[i];
            }
        }

        float largest = sums.Max(Math.Abs);
        for (int i = 0; i < sums.Length; i++)
        {
            Assert.Equal(sums[i], together.Network.Gradients.Span[i], SumTolerance * largest);
        }
    }

    [Theory]
    [MemberData(nameof(CellCases))]
    public void Backward_OtherPadding_HasTheSameBits(string cell)
    {
        float[] first = Everything(cell, padding: 0, recompute: false);
        Assert.Equal(PassSetup.Bits(first), PassSetup.Bits(Everything(cell, padding: 1e3f, recompute: false)));
        Assert.Equal(PassSetup.Bits(first), PassSetup.Bits(Everything(cell, padding: -7f, recompute: true)));
    }

    [Fact]
    public void LocalGradient_LastTimestepOfEach_HasWhatItsFinalStateWasAsked()
    {
        using PassSetup setup = Begin("lstm", Longest, Lengths.Length, static row => row);
        setup.Pass.SetLengths(Lengths);
        setup.Pass.Forward();
        setup.Pass.Backward();
        LayerPass layer = setup.Pass.Layers[0];
        float[] nothing = new float[Lengths.Length * Widths[0]];
        float[][] asked = Local();
        layer.SetFinalStateGradient(nothing, nothing);
        float[][] notAsked = Local();
        float[] final = Rows(Lengths.Length, Widths[0], seed: 70, static row => row);
        for (int t = 0; t < Longest; t++)
        {
            for (int i = 0; i < nothing.Length; i++)
            {
                float expected = t == Lengths[i / Widths[0]] - 1 ? final[i] : 0;
                Assert.Equal(expected, asked[t][i] - notAsked[t][i], 1e-5f);
            }
        }

        float[][] Local() => [.. Enumerable.Range(0, Longest).Select(t =>
        {
            float[] local = new float[nothing.Length];
            layer.LocalGradient(t, local);
            return local;
        })];
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(-1)]
    public void SetLengths_OutsideTheSequence_IsRefusedByNumber(int length)
    {
        using PassSetup setup = Begin("gru", Longest, Lengths.Length, static row => row);
        ArgumentException refusal =
            Assert.Throws<ArgumentException>(() => setup.Pass.SetLengths([9, length, 9, 9]));
        Assert.StartsWith(
            $"Sequence 1 has {length} timesteps; a length is 1 to 9.", refusal.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => setup.Pass.SetLengths([9, 9]));
    }

    [Fact]
    public void SetLengths_None_IsTheWholeSequenceAgain()
    {
        using PassSetup setup = Begin("gru", Longest, Lengths.Length, static row => row);
        setup.Pass.Forward();
        float[] whole = setup.States(1, Longest - 1, Widths[1]);
        setup.Pass.SetLengths(Lengths);
        setup.Pass.Forward();
        Assert.NotEqual(whole, setup.States(1, Longest - 1, Widths[1]));
        setup.Pass.SetLengths([]);
        setup.Pass.Forward();
        Assert.Equal(whole, setup.States(1, Longest - 1, Widths[1]));
    }

    private static float[] Everything(string cell, float padding, bool recompute)
    {
        using PassSetup setup = Begin(cell, Longest, Lengths.Length, static row => row, padding, recompute);
        setup.Pass.SetLengths(Lengths);
        setup.Pass.Forward();
        setup.Pass.Backward();
        float[] input = new float[Longest * Lengths.Length * InputSize];
        setup.Pass.GetInputGradient(input);
        return [.. setup.Network.Gradients.Span, .. setup.States(0, Longest - 1, Widths[0]), .. input];
    }

    // A network without head, whose row is the same whatever the batch that it is in.
    private static PassSetup Begin(
        string cell, int length, int batch, Func<int, int> rowOf, float padding = 0, bool recompute = false)
    {
        CellDescription description = TestedCells.Named(cell);
        PassSetup setup = new(
            new NetworkOptions
            {
                InputSize = InputSize,
                Layers = [.. Widths.Select(width => new LayerOptions(description, width))],
            },
            length,
            batch,
            threads: 2,
            recompute);
        setup.Pass.SetInput(Sequences(length, batch, InputSize, seed: 20, rowOf, padding));
        setup.Pass.SetOutputGradient(Sequences(length, batch, Widths[1], seed: 40, rowOf, padding: 0));
        AskFinal(setup.Pass, rowOf);
        for (int layer = 0; layer < Widths.Length; layer++)
        {
            float[] states = Rows(batch, Widths[layer], seed: 100 + (50 * layer), rowOf);
            setup.Pass.Layers[layer].SetInitialState(states, description.HasCellState ? states : []);
        }

        return setup;
    }

    private static void AskFinal(NetworkPass pass, Func<int, int> rowOf)
    {
        for (int layer = 0; layer < Widths.Length; layer++)
        {
            LayerPass one = pass.Layers[layer];
            float[] gradient = Rows(one.BatchSize, Widths[layer], seed: 70, rowOf);
            one.SetFinalStateGradient(gradient, one.HasCellState ? gradient : []);
        }
    }

    // [T, B, width]; a row has the same numbers wherever it stands, and padding beyond its length.
    private static float[] Sequences(
        int length, int batch, int width, int seed, Func<int, int> rowOf, float padding)
    {
        float[] values = new float[length * batch * width];
        for (int row = 0; row < batch; row++)
        {
            float[] own = PassSetup.Gaussian((ulong)(seed + rowOf(row)), Longest * width);
            for (int t = 0; t < length; t++)
            {
                for (int i = 0; i < width; i++)
                {
                    values[(((t * batch) + row) * width) + i] =
                        t < Lengths[rowOf(row)] ? own[(t * width) + i] : padding;
                }
            }
        }

        return values;
    }

    private static float[] Rows(int batch, int width, int seed, Func<int, int> rowOf) =>
        [.. Enumerable.Range(0, batch).SelectMany(row => PassSetup.Gaussian((ulong)(seed + rowOf(row)), width))];

    private static void AssertBits(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual) =>
        Assert.Equal(PassSetup.Bits(expected.ToArray()), PassSetup.Bits(actual.ToArray()));
}
