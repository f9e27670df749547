using System.Collections.Immutable;

namespace Backflow.Engine;

/// <summary>One layer of a recurrent stack.</summary>
/// <param name="Cell">The equations that every unit of the layer follows.</param>
/// <param name="HiddenSize">Its units, H.</param>
public readonly record struct LayerOptions(CellDescription Cell, int HiddenSize);

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
            int inputSize = InputSize;
            foreach (LayerOptions layer in Layers)
            {
                count += layer.Cell.ParameterCount(inputSize, layer.HiddenSize);
                inputSize = layer.HiddenSize;
            }

            return count + (OutputSize * (inputSize + 1L));
        }
    }
}
