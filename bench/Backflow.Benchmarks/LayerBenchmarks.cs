using Backflow.Engine;
using BenchmarkDotNet.Attributes;

namespace Backflow.Benchmarks;

/// <summary>
/// A whole layer, I = H = 128, T 64, one thread: the input product, the gates of every timestep, all gradients.
/// </summary>
public class LayerBenchmarks
{
    private const int Size = 128;
    private const int SequenceLength = 64;

    private static readonly WorkerPool Pool = new(threads: 1);

    private float[] _dOutput = [];
    private NetworkPass? _pass;

    /// <summary>Bits of a vector.</summary>
    [ParamsSource(nameof(AllBits))]
    public int Bits { get; set; }

    /// <summary>The cell.</summary>
    [Params("rnn", "lstm", "gru")]
    public string Cell { get; set; } = string.Empty;

    /// <summary>Sequences, B.</summary>
    [Params(1, 32)]
    public int Batch { get; set; }

    /// <summary>The widths of this processor.</summary>
    public static IEnumerable<int> AllBits => Widths.Supported;

    /// <summary>Makes the layer.</summary>
    [GlobalSetup]
    public void Setup()
    {
        RecurrentNetwork network = new(
            new NetworkOptions { InputSize = Size, Layers = [new LayerOptions(Cells.Named(Cell), Size)] },
            Widths.Kernels(Bits));
        NetworkInitialiser.Initialise(network, new InitialisationOptions(), new SplittableRandom(1));
        _pass = new NetworkPass(network, SequenceLength, Batch, Pool);
        _pass.SetInput(Buffers.Gaussian(SequenceLength * Batch * Size).Span);
        _dOutput = Buffers.Gaussian(SequenceLength * Batch * Size).Span.ToArray();
        _pass.Forward();
    }

    /// <summary>The forward pass.</summary>
    [Benchmark]
    public void Forward() => _pass!.Forward();

    /// <summary>Forward and backward, which needs the gates that its own forward pass left.</summary>
    [Benchmark]
    public void ForwardAndBackward()
    {
        _pass!.Forward();
        _pass.SetOutputGradient(_dOutput);
        _pass.Backward();
    }
}
