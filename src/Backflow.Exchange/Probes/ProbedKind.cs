using System.Collections.Immutable;
using Backflow.Engine;

namespace Backflow.Exchange.Probes;

/// <summary>The kinds of recurrent layers that a probe file may hold, by the name that it has there.</summary>
/// <param name="Name">The name in the file.</param>
/// <param name="Cell">The engine's cell with the same formula.</param>
/// <param name="IsLoop">Whether a loop of the user's own called a cell: the states' gradients are in the file.</param>
public sealed record ProbedKind(string Name, CellDescription Cell, bool IsLoop)
{
    private const string LoopEnd = "_CELL";

    /// <summary>All kinds.</summary>
    public static ImmutableArray<ProbedKind> All { get; } =
    [
        .. Both("LSTM", Cells.Lstm), .. Both("GRU", Cells.Gru), .. Both("RNN_TANH", Cells.RnnTanh),
        .. Both("RNN_RELU", Cells.RnnRelu),
    ];

    private static ProbedKind[] Both(string name, CellDescription cell) =>
        [new(name, cell, IsLoop: false), new(name + LoopEnd, cell, IsLoop: true)];
}
