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

    public static CellDescription Named(string name) =>
        All.First(cell => cell.Aliases.Prepend(cell.Name).Contains(name));
}
