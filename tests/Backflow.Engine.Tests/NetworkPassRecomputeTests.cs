using Backflow.Engine.Kernels;

namespace Backflow.Engine.Tests;

public sealed class NetworkPassRecomputeTests
{
    /// <summary>
    /// Cell, sequences, timesteps: three windows, of which gates of the last, cut short, are kept; seven, of which two
    /// are; two, of which none is.
    /// </summary>
    public static TheoryData<string, int, int> Shapes
    {
        get
        {
            TheoryData<string, int, int> data = [];
            foreach (string cell in TestedCells.TrainedNames)
            {
                data.Add(cell, 1, 1000);
                data.Add(cell, 3, 300);
                data.Add(cell, 64, 15);
                data.Add(cell, 64, 40);
                data.Add(cell, 1, 500);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Backward_Recomputing_GivesTheSameBits(string cellName, int batchSize, int sequenceLength)
    {
        CellDescription cell = TestedCells.Named(cellName);
        NetworkOptions options = new()
        {
            VocabularySize = 7,
            InputSize = 6,
            Layers = [new LayerOptions(cell, 21), new LayerOptions(cell, 17)],
            OutputSize = 7,
            Dropout = 0.25,
        };
        foreach (KernelSet kernels in KernelSet.All.Where(
            static set => set.VectorBits == KernelSet.Widest.VectorBits || set.UsesTiles))
        {
            using PassSetup kept = new(options, sequenceLength, batchSize, threads: 1, kernels: kernels);
            float[] expected = Run(kept);
            foreach (int threads in (int[])[1, 2])
            {
                using PassSetup recomputed = new(options, sequenceLength, batchSize, threads, recompute: true, kernels);
                Assert.True(recomputed.Pass.Recomputes);
                Assert.Equal(PassSetup.Bits(expected), PassSetup.Bits(Run(recomputed)));
            }
        }
    }

    [Fact]
    public void Backward_RecomputingWithFinalStateGradient_GivesTheSameBits()
    {
        NetworkOptions options = new() { InputSize = 5, Layers = [new LayerOptions(Cells.Lstm, 18)] };
        float[][] found = new float[2][];
        foreach (bool recompute in (bool[])[false, true])
        {
            using PassSetup setup = new(options, sequenceLength: 900, batchSize: 1, threads: 1, recompute);
            setup.Pass.Forward();
            setup.Pass.SetOutputGradient(PassSetup.Gaussian(seed: 1, 900 * 18));
            setup.Pass.Layers[0].SetFinalStateGradient(
                PassSetup.Gaussian(seed: 2, 18), PassSetup.Gaussian(seed: 3, 18));
            setup.Pass.Backward();
            found[recompute ? 1 : 0] = [.. setup.Network.Gradients.Span];
        }

        Assert.Equal(PassSetup.Bits(found[0]), PassSetup.Bits(found[1]));
    }

    [Fact]
    public void Constructor_Recomputing_HasRoomForGatesOfAThirdAndOneSegment()
    {
        const int SequenceLength = 100_000;
        const int Segment = 384;
        NetworkOptions options = new() { InputSize = 1, Layers = [new LayerOptions(Cells.RnnTanh, 1)] };
        using PassSetup setup = new(options, SequenceLength, batchSize: 1, threads: 1, recompute: true);
        Assert.InRange(
            setup.Pass.Layers[0].Buffers.GateTimesteps, (SequenceLength / 3) - Segment, (SequenceLength / 3) + Segment);
    }

    [Fact]
    public void Backward_RecomputingTwoSteps_GivesTheSameBitsInTheSecond()
    {
        NetworkOptions options = PassSetup.MixedStack;
        using PassSetup kept = new(options, sequenceLength: 40, batchSize: 64, threads: 1);
        using PassSetup recomputed = new(options, sequenceLength: 40, batchSize: 64, threads: 1, recompute: true);
        foreach (PassSetup setup in (PassSetup[])[kept, recomputed])
        {
            Run(setup);
            setup.Pass.CarryState();
        }

        Assert.Equal(PassSetup.Bits(Run(kept)), PassSetup.Bits(Run(recomputed)));
    }

    [Fact]
    public void Gate_Recomputing_SaysThatGatesWereNotKept()
    {
        NetworkOptions options = new() { InputSize = 5, Layers = [new LayerOptions(Cells.Lstm, 18)] };
        using PassSetup setup = new(options, sequenceLength: 900, batchSize: 1, threads: 1, recompute: true);
        setup.Pass.Forward();
        InvalidOperationException refusal =
            Assert.Throws<InvalidOperationException>(() => setup.Pass.Layers[0].Gate(0, 0, new float[18]));
        Assert.Contains("not kept", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Recomputes_SequenceOfOneSegment_IsFalse()
    {
        NetworkOptions options = new() { InputSize = 5, Layers = [new LayerOptions(Cells.Lstm, 18)] };
        using PassSetup setup = new(options, sequenceLength: 50, batchSize: 4, threads: 1, recompute: true);
        Assert.False(setup.Pass.Recomputes);
    }

    private static float[] Run(PassSetup setup)
    {
        setup.Pass.Forward(dropoutKey: 5);
        setup.Pass.Backward();
        return setup.Everything();
    }
}
