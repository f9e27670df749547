using System.Collections.Immutable;

namespace Backflow.Engine;

/// <summary>One layer of a recurrent stack.</summary>
/// <param name="Cell">The equations that every unit of the layer follows.</param>
/// <param name="HiddenSize">Its units, H.</param>
/// <param name="IsReverse">
/// Whether the layer reads its input from the last timestep to the first. It stands right after the forward layer that
/// reads the same input, and the next layer reads both, [h_forward, h_reverse]: a bidirectional layer is two entries.
/// </param>
public readonly record struct LayerOptions(CellDescription Cell, int HiddenSize, bool IsReverse = false);

/// <summary>Which timesteps the linear head reads.</summary>
public enum HeadPosition
{
    /// <summary>A prediction at every timestep.</summary>
    EveryTimestep,

    /// <summary>One prediction, after the last timestep.</summary>
    LastTimestep,
}

/// <summary>What a network consists of.</summary>
public sealed record NetworkOptions
{
    /// <summary>Symbols of the embedding, V; 0 for a network that reads vectors.</summary>
    public int VocabularySize { get; init; }

    /// <summary>Features per timestep, I: the embedding's size, or that of the vectors.</summary>
    public required int InputSize { get; init; }

    /// <summary>The recurrent layers, the one next to the input first; cells may differ.</summary>
    public required ImmutableArray<LayerOptions> Layers { get; init; }

    /// <summary>Outputs of the linear head; 0 for a network that ends with its top hidden state.</summary>
    public int OutputSize { get; init; }

    /// <summary>Which timesteps the head reads.</summary>
    public HeadPosition HeadPosition { get; init; }

    /// <summary>Probability that a unit is dropped between two layers, in [0, 1).</summary>
    public double Dropout { get; init; }

    /// <summary>Trainable numbers of embedding, layers and head.</summary>
    public long ParameterCount
    {
        get
        {
            long count = (long)VocabularySize * InputSize;
            for (int layer = 0; layer < Layers.Length; layer++)
            {
                count += Layers[layer].Cell.ParameterCount(InputSizeOf(layer), Layers[layer].HiddenSize);
            }

            return count + (OutputSize * (TopSize + 1L));
        }
    }

    /// <summary>Features that the head reads: the top layer's units, of both directions where it has two.</summary>
    public int TopSize => InputSizeOf(Layers.Length);

    /// <summary>Features that a layer reads at each timestep.</summary>
    /// <param name="layer">The layer's number in <see cref="Layers"/>, or their count for what lies above all.</param>
    /// <returns>The input size, or the units of the layers below it.</returns>
    public int InputSizeOf(int layer)
    {
        int own = FirstDirection(layer);
        return own == 0 ? InputSize
            : Layers[own - 1].IsReverse ? Layers[own - 1].HiddenSize + Layers[own - 2].HiddenSize
            : Layers[own - 1].HiddenSize;
    }

    /// <summary>How many layers lie below a layer, two directions counted once: the number in its name.</summary>
    /// <param name="layer">The layer's number in <see cref="Layers"/>.</param>
    /// <returns>0 next to the input.</returns>
    public int DepthOf(int layer)
    {
        int depth = -1;
        for (int i = 0; i <= layer; i++)
        {
            depth += Layers[i].IsReverse ? 0 : 1;
        }

        return depth;
    }

    /// <summary>What the names of a layer's parameters end with: l0, l0_reverse, l1, ….</summary>
    /// <param name="layer">The layer's number in <see cref="Layers"/>.</param>
    /// <returns>PyTorch's suffix.</returns>
    public string SuffixOf(int layer) => Layers[layer].IsReverse ? $"l{DepthOf(layer)}_reverse" : $"l{DepthOf(layer)}";

    /// <summary>Whether a layer's input is also read by a reverse layer beside it.</summary>
    internal bool HasReverse(int layer) => layer + 1 < Layers.Length && Layers[layer + 1].IsReverse;

    /// <summary>The forward layer that reads the same input as a layer: itself, but for a reverse one.</summary>
    internal int FirstDirection(int layer) => layer < Layers.Length && Layers[layer].IsReverse ? layer - 1 : layer;

    /// <summary>Throws where a reverse layer has no forward layer right before it.</summary>
    internal void RequirePairs()
    {
        for (int layer = 0; layer < Layers.Length; layer++)
        {
            if (Layers[layer].IsReverse && (layer == 0 || Layers[layer - 1].IsReverse))
            {
                throw new ArgumentException(
                    $"Layer {layer} reads in reverse and does not follow a forward layer that reads the same input.",
                    nameof(Layers));
            }
        }
    }
}
