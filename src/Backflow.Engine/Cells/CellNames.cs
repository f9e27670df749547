using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Backflow.Engine;

/// <summary>The registry of all cells and of the names that users type for them.</summary>
public static class CellNames
{
    // Beside rnn-relu and rnn-sigmoid people look for it.
    private const string LongTanhName = "rnn-tanh";

    private static readonly ImmutableArray<(CellKind Cell, string Name)> Names =
    [
        (CellKind.RnnTanh, "rnn"),
        (CellKind.RnnRelu, "rnn-relu"),
        (CellKind.RnnSigmoid, "rnn-sigmoid"),
        (CellKind.Lstm, "lstm"),
        (CellKind.Gru, "gru"),
        (CellKind.GruResetBefore, "gru-reset-before"),
    ];

    /// <summary>Every cell, in the order in which tables list them.</summary>
    public static ImmutableArray<CellKind> All { get; } = [.. Names.Select(static entry => entry.Cell)];

    /// <summary>All names, as an error or a help text lists them.</summary>
    public static string List { get; } = string.Join(", ", Names.Select(static entry => entry.Name));

    /// <summary>The name of a cell.</summary>
    /// <param name="cell">The cell.</param>
    /// <returns>A name that <see cref="Parse"/> reads.</returns>
    public static string NameOf(CellKind cell)
    {
        foreach ((CellKind known, string name) in Names)
        {
            if (known == cell)
            {
                return name;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(cell), cell, "This cell has no name.");
    }

    /// <summary>Reads a name.</summary>
    /// <param name="name">The name; capitals do not matter.</param>
    /// <returns>The cell.</returns>
    /// <exception cref="ArgumentException">There is no such cell; the message lists all names.</exception>
    public static CellKind Parse(string name) =>
        TryParse(name, out CellKind cell)
            ? cell
            : throw new ArgumentException($"There is no cell '{name}'. Cells are: {List}.", nameof(name));

    /// <summary>Reads a name, without an exception for an unknown one.</summary>
    /// <param name="name">The name; capitals do not matter.</param>
    /// <param name="cell">The cell, where there is one.</param>
    /// <returns>Whether there is such a cell.</returns>
    public static bool TryParse([NotNullWhen(true)] string? name, out CellKind cell)
    {
        if (string.Equals(name, LongTanhName, StringComparison.OrdinalIgnoreCase))
        {
            cell = CellKind.RnnTanh;
            return true;
        }

        foreach ((CellKind known, string knownName) in Names)
        {
            if (string.Equals(knownName, name, StringComparison.OrdinalIgnoreCase))
            {
                cell = known;
                return true;
            }
        }

        cell = default;
        return false;
    }
}
