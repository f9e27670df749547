using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Backflow.Engine;

/// <summary>All cells that are known by name: the engine's own and those registered from outside.</summary>
public static class Cells
{
    private static readonly Lock Registration = new();

    private static ImmutableArray<CellDescription> _all = [RnnTanh, RnnRelu, RnnSigmoid, Lstm, Gru, GruResetBefore];

    /// <summary>The Elman network with tanh.</summary>
    public static CellDescription RnnTanh => ElmanCell.Tanh;

    /// <summary>The Elman network with ReLU.</summary>
    public static CellDescription RnnRelu => ElmanCell.Relu;

    /// <summary>The Elman network with the logistic sigmoid.</summary>
    public static CellDescription RnnSigmoid => ElmanCell.Sigmoid;

    /// <summary>Long short-term memory with a forget gate.</summary>
    public static CellDescription Lstm => LstmCell.Description;

    /// <summary>The gated recurrent unit with reset after the recurrent product (PyTorch, cuDNN).</summary>
    public static CellDescription Gru => GruCell.Description;

    /// <summary>The gated recurrent unit with reset before the product (Cho 2014), z taking the new state.</summary>
    public static CellDescription GruResetBefore => GruResetBeforeCell.Description;

    /// <summary>The Elman network with tanh that also reads its state of k timesteps ago.</summary>
    /// <remarks>
    /// docs/mathematics/skip.md. Named rnn-skip-K; no list has it, as there is one for each k. A carried state begins
    /// the skip anew: hₜ₋ₖ counts from the initial state of the window on.
    /// </remarks>
    /// <param name="timesteps">k, from 1 to 1000.</param>
    /// <returns>The same description for the same k.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such skip.</exception>
    public static CellDescription RnnSkip(int timesteps) => ElmanSkipCell.Of(timesteps);

    /// <summary>Every cell, in the order in which tables list them.</summary>
    public static ImmutableArray<CellDescription> All
    {
        get
        {
            lock (Registration)
            {
                return _all;
            }
        }
    }

    /// <summary>All names, as an error or a help text lists them.</summary>
    public static string List => string.Join(", ", All.Select(static cell => cell.Name));

    /// <summary>Makes a cell known by its name.</summary>
    /// <param name="cell">The cell; to register it again changes nothing.</param>
    /// <exception cref="ArgumentException">The description contradicts itself, or a name is taken.</exception>
    public static void Register(CellDescription cell)
    {
        cell.Validate();
        lock (Registration)
        {
            if (_all.Contains(cell) || cell.SkipTimesteps > 0)
            {
                return;
            }

            foreach (string name in cell.Aliases.Prepend(cell.Name))
            {
                if (Find(_all, name) is CellDescription other)
                {
                    throw new ArgumentException(
                        $"The name '{name}' is taken by the cell '{other.Name}'.", nameof(cell));
                }
            }

            _all = _all.Add(cell);
        }
    }

    /// <summary>The cell of a name.</summary>
    /// <param name="name">A name or an alias; capitals do not matter.</param>
    /// <returns>The cell.</returns>
    /// <exception cref="ArgumentException">No cell has this name; the message lists all names.</exception>
    public static CellDescription Named(string name) => TryNamed(name, out CellDescription? cell)
        ? cell
        : throw new ArgumentException($"There is no cell '{name}'. Cells are: {List}.", nameof(name));

    /// <summary>The cell of a name, without an exception for an unknown one.</summary>
    /// <param name="name">A name or an alias; capitals do not matter.</param>
    /// <param name="cell">The cell, where one has the name.</param>
    /// <returns>Whether one has.</returns>
    public static bool TryNamed([NotNullWhen(true)] string? name, [NotNullWhen(true)] out CellDescription? cell)
    {
        cell = name is null ? null : Find(All, name);
        return cell is not null;
    }

    private static CellDescription? Find(ImmutableArray<CellDescription> cells, string name) =>
        cells.FirstOrDefault(cell => cell.Aliases.Prepend(cell.Name).Contains(name, StringComparer.OrdinalIgnoreCase))
        ?? (ElmanSkipCell.TryNamed(name, out CellDescription? skipping) ? skipping : null);
}
