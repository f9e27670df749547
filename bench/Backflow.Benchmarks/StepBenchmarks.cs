using Backflow.Engine;
using Backflow.Engine.Kernels;
using BenchmarkDotNet.Attributes;

namespace Backflow.Benchmarks;

/// <summary>What a training step does besides its layers: the loss, the norm of the gradients, Adam.</summary>
public class StepBenchmarks
{
    /// <summary>Symbols, V.</summary>
    private const int Vocabulary = 65;

    /// <summary>V padded to whole vectors.</summary>
    private const int Stride = 128;

    /// <summary>A 2 × 128 LSTM character model, rounded up to whole vectors.</summary>
    private const int Parameters = 225_536;

    private static readonly AdamStep Step = new(
        Beta1: 0.9f,
        OneMinusBeta1: 0.1f,
        Beta2: 0.999f,
        OneMinusBeta2: 0.001f,
        Epsilon: 1e-8f,
        CorrectedRate: 1e-9f,
        InverseSqrtCorrection: 1,
        Keep: 1,
        WeightDecay: 0);

    private readonly AlignedBuffer _logits = Buffers.Gaussian(Stride);
    private readonly AlignedBuffer _row = new(Stride);
    private readonly AlignedBuffer _parameters = Buffers.Gaussian(Parameters);
    private readonly AlignedBuffer _gradients = Buffers.Gaussian(Parameters);
    private readonly AlignedBuffer _mean = new(Parameters);
    private readonly AlignedBuffer _variance = new(Parameters);
    private KernelSet _kernels = KernelSet.Widest;

    /// <summary>Bits of a vector.</summary>
    [ParamsSource(nameof(AllBits))]
    public int Bits { get; set; }

    /// <summary>The widths of this processor.</summary>
    public static IEnumerable<int> AllBits => Widths.Supported;

    /// <summary>Chooses the kernels.</summary>
    [GlobalSetup]
    public void Setup() => _kernels = Widths.Kernels(Bits);

    /// <summary>Softmax, loss and ∂L/∂y of one row of 65 logits, with the copy that restores them.</summary>
    [Benchmark]
    public unsafe double SoftmaxCrossEntropy()
    {
        _logits.Span.CopyTo(_row.Span);
        return _kernels.Rows.SoftmaxCrossEntropy(_row.Pointer, Vocabulary, Stride, target: 7, scale: 1f / 64);
    }

    /// <summary>The norm of all gradients, in double.</summary>
    [Benchmark]
    public double GradientNorm() => GradientClipping.Norm(_gradients.Span);

    /// <summary>One update by Adam.</summary>
    [Benchmark]
    public unsafe void Adam() => _kernels.Optimizers.Adam(
        _parameters.Pointer, _gradients.Pointer, _mean.Pointer, _variance.Pointer, Parameters, Step);
}
