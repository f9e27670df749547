using System.Collections.Immutable;
using Backflow.Engine;

namespace Backflow.OutsideCells;

/// <summary>The engine's cells and those from outside, which are held to what the engine's are.</summary>
internal static class TestedCells
{
    /// <summary>Every cell with a twin.</summary>
    public static ImmutableArray<CellDescription> All { get; } =
        [.. Cells.All, MinimalGatedUnit.Description, OutsideLstm.Description];

    public static IEnumerable<string> Names => All.Select(static cell => cell.Name);

    /// <summary>All of these, and one that reads further back: it is trained alike, and has no Jacobian.</summary>
    public static IEnumerable<string> TrainedNames => [.. Names, Cells.RnnSkip(3).Name];

    public static CellDescription Named(string name) =>
        All.Append(Cells.RnnSkip(3)).First(cell => cell.Aliases.Prepend(cell.Name).Contains(name));
}
