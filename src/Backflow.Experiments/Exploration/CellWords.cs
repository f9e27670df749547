using System.Collections.Immutable;
using Backflow.Engine;

namespace Backflow.Experiments.Exploration;

/// <summary>What a page has to know of a cell.</summary>
/// <param name="Name">The name in options and runs.</param>
/// <param name="Aliases">Its other names.</param>
/// <param name="Title">The name in charts and tables.</param>
/// <param name="Gates">The gates; empty for a cell that is not gated.</param>
/// <param name="HasCellState">Whether a cell state c exists beside h.</param>
/// <param name="LargestSlope">γ of an Elman network, in the bound (γσ₁)^(T−t); null for other cells.</param>
/// <param name="HasForgetBias">Whether a forget bias means something.</param>
/// <param name="HasChronoStart">Whether a chrono start tells it the length.</param>
/// <param name="CandidateReads">What the candidate's recurrent product reads: "h", "r ⊙ h".</param>
public sealed record CellWords(
    string Name,
    ImmutableArray<string> Aliases,
    string Title,
    ImmutableArray<GateWords> Gates,
    bool HasCellState,
    double? LargestSlope,
    bool HasForgetBias,
    bool HasChronoStart,
    string CandidateReads)
{
    /// <summary>All cells, in the order in which tables list them.</summary>
    public static ImmutableArray<CellWords> All => [.. Cells.All.Select(Of)];

    private static CellWords Of(CellDescription cell) => new(
        cell.Name,
        cell.Aliases,
        cell.Title,
        cell.IsGated ? [.. cell.Gates.Select(GateWords.Of)] : [],
        cell.HasCellState,
        cell.ElmanActivation?.LargestSlope,
        cell.ForgetBias is not null,
        !cell.ChronoBiases.IsEmpty,
        cell.CandidateReads);
}

/// <summary>What a page has to know of a gate.</summary>
/// <param name="Name">The name in words, such as "forget".</param>
/// <param name="Symbol">The letter in formulas.</param>
/// <param name="Activation">The activation's name.</param>
/// <param name="IsSigned">Whether values can be negative.</param>
public sealed record GateWords(string Name, string Symbol, string Activation, bool IsSigned)
{
    internal static GateWords Of(CellGate gate) =>
        new(gate.Name, gate.Symbol, gate.Activation.Name, gate.Activation.IsSigned);
}
