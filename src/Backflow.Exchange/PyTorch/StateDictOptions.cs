using System.Collections.Immutable;
using Backflow.Engine;

namespace Backflow.Exchange.PyTorch;

/// <summary>What the names and shapes of a state dict do not say, or say twice.</summary>
public sealed record StateDictOptions
{
    /// <summary>
    /// The recurrent stack: what stands before weight_ih_l0 or weight_ih, such as model.lstm. with its dot; several,
    /// from the input upwards, where modules are stacked by hand. Empty where the file has one.
    /// </summary>
    public ImmutableArray<string> Prefixes { get; init; } = [];

    /// <summary>The cell of layers with H rows: rnn-tanh or rnn-relu. Null where there are none.</summary>
    public CellDescription? Elman { get; init; }

    /// <summary>The name of the embedding's weight; null where it is found.</summary>
    public string? Embedding { get; init; }

    /// <summary>The name of the head's weight; null where it is found.</summary>
    public string? Head { get; init; }

    /// <summary>
    /// Tensors that are left out although the network that was saved may compute with them: the beginnings of their
    /// names.
    /// </summary>
    public ImmutableArray<string> Ignored { get; init; } = [];

    /// <summary>Which timesteps the head reads.</summary>
    public HeadPosition HeadPosition { get; init; }
}
