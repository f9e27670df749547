using Backflow.Engine.Kernels;

namespace Backflow.Engine;

/// <summary>The parameters of a decoder's head that looks back at every state of an encoder.</summary>
/// <remarks>
/// <code>
/// combine.weight [H, 2H], combine.bias [H]      h̃ = tanh(b + W·[c; s])
/// head.weight    [O, H],  head.bias    [O]      y = b + h̃·Wᵀ
/// </code>
/// The scores have no parameters: Luong, Pham &amp; Manning 2015, eq. 8, "dot". A batch goes through an
/// <see cref="AttentionPass"/>.
/// </remarks>
public sealed class AttentionHead
{
    /// <summary>Makes a head whose parameters are all zero.</summary>
    /// <param name="hiddenSize">Units of encoder and decoder, H: the dot product wants as many in both.</param>
    /// <param name="outputSize">Outputs of the head, O: the classes.</param>
    public AttentionHead(int hiddenSize, int outputSize)
        : this(hiddenSize, outputSize, KernelSet.Widest)
    {
    }

    internal AttentionHead(int hiddenSize, int outputSize, KernelSet kernels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(hiddenSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputSize);
        HiddenSize = hiddenSize;
        OutputSize = outputSize;
        Kernels = kernels;
        CombineWeights = Add("combine.weight", [hiddenSize, 2 * hiddenSize]);
        CombineBias = Add("combine.bias", [hiddenSize]);
        HeadWeights = Add("head.weight", [outputSize, hiddenSize]);
        HeadBias = Add("head.bias", [outputSize]);
        Parameters = new AlignedBuffer(Layout.Length);
        Gradients = new AlignedBuffer(Layout.Length);
    }

    /// <summary>Units of encoder and decoder, H.</summary>
    public int HiddenSize { get; }

    /// <summary>Outputs, O.</summary>
    public int OutputSize { get; }

    /// <summary>Names, shapes and places of the parameters.</summary>
    public ParameterLayout Layout { get; } = new();

    /// <summary>W of the combination [H, 2H]: the columns of the context first, those of the state after.</summary>
    public Parameter CombineWeights { get; }

    /// <summary>The combination's bias [H].</summary>
    public Parameter CombineBias { get; }

    /// <summary>The output weights [O, H].</summary>
    public Parameter HeadWeights { get; }

    /// <summary>The output bias [O].</summary>
    public Parameter HeadBias { get; }

    /// <summary>All parameters, in storage order.</summary>
    public AlignedBuffer Parameters { get; }

    /// <summary>∂L/∂(every parameter), in storage order; overwritten by each backward pass.</summary>
    public AlignedBuffer Gradients { get; }

    internal KernelSet Kernels { get; }

    /// <summary>Fills all parameters as PyTorch fills a Linear: uniform in ±1/√(columns).</summary>
    /// <param name="random">The run's generator; every parameter draws from a split of its own.</param>
    public void Initialise(SplittableRandom random)
    {
        Fill(CombineWeights, CombineWeights.Shape[1], random);
        Fill(CombineBias, CombineWeights.Shape[1], random);
        Fill(HeadWeights, HeadWeights.Shape[1], random);
        Fill(HeadBias, HeadWeights.Shape[1], random);
    }

    private Parameter Add(string name, System.Collections.Immutable.ImmutableArray<int> shape) => Layout.Add(
        name, shape, new PanelLayout([0], shape[0], shape.Length > 1 ? shape[1] : 1, unitsPerPanel: 64));

    private void Fill(Parameter parameter, int columns, SplittableRandom random)
    {
        SplittableRandom own = random.Split(parameter.Name);
        double bound = 1 / Math.Sqrt(columns);
        float[] values = new float[parameter.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)own.NextUniform(-bound, bound);
        }

        parameter.Import(values, Parameters.Span);
    }
}
