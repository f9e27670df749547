using System.Collections.Immutable;
using Backflow.Engine.Kernels;

namespace Backflow.Engine;

/// <summary>The parameters of an embedding, a recurrent stack and a linear head, in one contiguous buffer.</summary>
/// <remarks>
/// Parameter names are PyTorch's: <c>weight_ih_l0</c> … of the stack without a prefix, <c>weight_ih_l0_reverse</c> … of
/// the other direction of a bidirectional layer, <c>embedding.weight</c> [V, E], <c>head.weight</c> [O, H] and
/// <c>head.bias</c> [O]. What a batch needs besides lies in a <see cref="NetworkPass"/>.
/// </remarks>
public sealed class RecurrentNetwork
{
    /// <summary>Makes a network whose parameters are all zero.</summary>
    /// <param name="options">What it consists of.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or the dropout outside [0, 1).</exception>
    public RecurrentNetwork(NetworkOptions options)
        : this(options, KernelSet.Widest)
    {
    }

    internal RecurrentNetwork(NetworkOptions options, KernelSet kernels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.InputSize);
        ArgumentOutOfRangeException.ThrowIfNegative(options.VocabularySize);
        ArgumentOutOfRangeException.ThrowIfNegative(options.OutputSize);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Layers.Length, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(options.Dropout);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(options.Dropout, 1.0);
        options.RequirePairs();
        Options = options;
        Kernels = kernels;
        if (options.VocabularySize > 0)
        {
            Embedding = Layout.Add(
                "embedding.weight",
                [options.VocabularySize, options.InputSize],
                new PanelLayout([0], options.InputSize, options.VocabularySize, PanelLayout.Pad(options.InputSize)),
                isTransposed: true);
        }

        ImmutableArray<RecurrentLayerParameters>.Builder layers =
            ImmutableArray.CreateBuilder<RecurrentLayerParameters>(options.Layers.Length);
        for (int i = 0; i < options.Layers.Length; i++)
        {
            LayerOptions layer = options.Layers[i];
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(layer.HiddenSize);
            layers.Add(Layout.AddRecurrentLayer(
                options.SuffixOf(i),
                kernels.For(layer.Cell).Gates,
                options.InputSizeOf(i),
                layer.HiddenSize));
        }

        Layers = layers.MoveToImmutable();
        int topSize = options.TopSize;
        if (options.OutputSize > 0)
        {
            HeadWeights = Layout.Add(
                "head.weight",
                [options.OutputSize, topSize],
                new PanelLayout([0], options.OutputSize, topSize, unitsPerPanel: 64));
            HeadBias = Layout.Add(
                "head.bias", [options.OutputSize], new PanelLayout([0], options.OutputSize, 1, unitsPerPanel: 64));
        }

        Parameters = new AlignedBuffer(Layout.Length);
        Gradients = new AlignedBuffer(Layout.Length);
    }

    /// <summary>What the network consists of.</summary>
    public NetworkOptions Options { get; }

    /// <summary>Names, shapes and places of the parameters.</summary>
    public ParameterLayout Layout { get; } = new();

    /// <summary>The embedding [V, E], or null.</summary>
    public Parameter? Embedding { get; }

    /// <summary>The parameters of each recurrent layer.</summary>
    public ImmutableArray<RecurrentLayerParameters> Layers { get; }

    /// <summary>The head's weights [O, H], or null.</summary>
    public Parameter? HeadWeights { get; }

    /// <summary>The head's bias [O], or null.</summary>
    public Parameter? HeadBias { get; }

    /// <summary>All parameters, in storage order.</summary>
    public AlignedBuffer Parameters { get; }

    /// <summary>∂L/∂(every parameter), in storage order; overwritten by each backward pass.</summary>
    public AlignedBuffer Gradients { get; }

    internal KernelSet Kernels { get; }
}
