using System.Collections.Immutable;
using System.Numerics;

namespace Backflow.Exchange.Probes;

/// <summary>One call of a recurrent layer, as a probe file holds it.</summary>
/// <remarks>
/// Arrays are time-major and dense whatever the file has: T is the longest sequence's, rows of a packed batch stand in
/// the order of the file, longest first, and what lies beyond a sequence's end is 0. D is 2 for a bidirectional layer,
/// else 1; L are the layers of the module. Gradients are divided by the loss scale.
/// </remarks>
/// <typeparam name="T">What its numbers are computed in.</typeparam>
internal sealed record ProbedCall<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The call's number in the pass, from 0.</summary>
    public required int Number { get; init; }

    /// <summary>The module's name in its model.</summary>
    public required string Module { get; init; }

    /// <summary>What it computes.</summary>
    public required ProbedKind Kind { get; init; }

    /// <summary>Layers of the module, L.</summary>
    public required int Layers { get; init; }

    /// <summary>Units, H.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Features that the lowest layer reads, I.</summary>
    public required int InputSize { get; init; }

    /// <summary>Whether a second network reads each layer's input from the end.</summary>
    public required bool IsBidirectional { get; init; }

    /// <summary>The narrow type that products were computed in; null for the type of the tensors.</summary>
    public required string? NarrowType { get; init; }

    /// <summary>The call whose final state this one began with, and whether a gradient went back there; null for
    /// none.</summary>
    public required (int Call, bool IsAttached)? Continues { get; init; }

    /// <summary>Parameters whose attribute is not what the layer used.</summary>
    public required ImmutableArray<string> Replaced { get; init; }

    /// <summary>The timesteps of each sequence, [B].</summary>
    public required ImmutableArray<int> Lengths { get; init; }

    /// <summary>x, [T, B, I].</summary>
    public required T[] Input { get; init; }

    /// <summary>y, [T, B, D·H].</summary>
    public required T[] Output { get; init; }

    /// <summary>The initial hidden state, [L·D, B, H].</summary>
    public required T[] InitialHidden { get; init; }

    /// <summary>The initial cell state, [L·D, B, H]; empty for cells without one.</summary>
    public required T[] InitialCell { get; init; }

    /// <summary>What dropout multiplied the output of each layer but the top one by, each [T, B, D·H]; empty without
    /// dropout.</summary>
    public required ImmutableArray<T[]> Masks { get; init; }

    /// <summary>∂L/∂y, [T, B, D·H]: for a loop of cells the total gradient of the states.</summary>
    public required T[] OutputGradient { get; init; }

    /// <summary>∂L/∂h_n, [L·D, B, H].</summary>
    public required T[] FinalHiddenGradient { get; init; }

    /// <summary>∂L/∂c_n, [L·D, B, H]; empty for cells without one.</summary>
    public required T[] FinalCellGradient { get; init; }

    /// <summary>∂L/∂cₜ of a loop of cells, [T, B, H]; null for layers, and where none was seen.</summary>
    public T[]? LoopCellGradient { get; init; }

    /// <summary>Sequences, B.</summary>
    public int BatchSize => Lengths.Length;

    /// <summary>Timesteps of the longest sequence, T.</summary>
    public int SequenceLength => Lengths.Max();

    /// <summary>Directions, D.</summary>
    public int Directions => IsBidirectional ? 2 : 1;

    /// <summary>The name of a parameter of one layer and direction in the file.</summary>
    internal string Parameter(string name, int layer, int direction) =>
        Kind.IsLoop ? $"{Module}.{name}" : $"{Module}.{name}_l{layer}{(direction == 1 ? "_reverse" : "")}";
}
