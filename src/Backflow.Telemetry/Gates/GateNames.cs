using System.Collections.Immutable;
using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>The gates of each cell as charts and verdicts call them, in PyTorch's order.</summary>
public static class GateNames
{
    // Made once: asked for at every measured step, which allocates nothing.
    private static readonly ImmutableArray<string> Lstm = ["input", "forget", "candidate", "output"];
    private static readonly ImmutableArray<string> Gru = ["reset", "update", "candidate"];

    /// <summary>The gates of a cell.</summary>
    /// <param name="cell">The cell.</param>
    /// <returns>Names in PyTorch's order; empty for an Elman network.</returns>
    public static ImmutableArray<string> Of(CellKind cell) => cell switch
    {
        CellKind.Lstm => Lstm,
        CellKind.Gru or CellKind.GruResetBefore => Gru,
        _ => [],
    };

    /// <summary>Whether a gate is a tanh candidate and no σ gate.</summary>
    /// <param name="cell">A cell with gates.</param>
    /// <param name="gate">The gate's number in PyTorch's order.</param>
    /// <returns>True for g of an LSTM and n of a GRU.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The cell has no such gate.</exception>
    public static bool IsCandidate(CellKind cell, int gate)
    {
        ImmutableArray<string> names = Of(cell);
        if (gate < 0 || gate >= names.Length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(gate), gate, $"The cell '{CellNames.NameOf(cell)}' has {names.Length} gates.");
        }

        return names[gate] == "candidate";
    }
}
