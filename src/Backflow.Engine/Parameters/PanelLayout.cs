namespace Backflow.Engine;

/// <summary>
/// How a weight matrix of [G·H, K] in PyTorch's order is stored: in panels of units, k by k, the gates of a unit
/// interleaved in blocks.
/// </summary>
/// <remarks>
/// <code>
/// panel p holds units p·U … p·U + u − 1        one row per k:
///   k = 0:   [gate slot 0: u columns | gate slot 1: u columns | …]
///   k = 1:   [gate slot 0            | gate slot 1            | …]
/// </code>
/// One timestep of one panel is one contiguous sweep, and all gates of a unit leave the product together, so that the
/// gate arithmetic finds them in cache. Units are padded with zeros to a multiple of
/// <see cref="UnitMultiple"/>; the padding's gradient is zero, so it stays zero. The mapping is independent of the
/// vector width, and files always hold PyTorch's order.
/// </remarks>
internal sealed class PanelLayout
{
    /// <summary>Units are padded to a multiple of this: one 512-bit vector.</summary>
    public const int UnitMultiple = 16;

    private readonly int[] _gateOfSlot;

    /// <summary>Describes the storage of one matrix.</summary>
    /// <param name="gateOfSlot">For each block of a panel, PyTorch's number of the gate that it holds.</param>
    /// <param name="units">Units (or outputs) per gate, H.</param>
    /// <param name="columns">Columns of the matrix in PyTorch's order, K.</param>
    /// <param name="unitsPerPanel">Units of a full panel, U, a multiple of <see cref="UnitMultiple"/>.</param>
    public PanelLayout(ReadOnlySpan<int> gateOfSlot, int units, int columns, int unitsPerPanel)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(units);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        _gateOfSlot = gateOfSlot.ToArray();
        Units = units;
        Columns = columns;
        UnitsPerPanel = unitsPerPanel;
        PaddedUnits = Pad(units);
        Panels = (PaddedUnits + unitsPerPanel - 1) / unitsPerPanel;
    }

    /// <summary>Gates, G.</summary>
    public int Gates => _gateOfSlot.Length;

    /// <summary>Units per gate, H.</summary>
    public int Units { get; }

    /// <summary>Units with their padding.</summary>
    public int PaddedUnits { get; }

    /// <summary>Columns of the matrix in PyTorch's order, K.</summary>
    public int Columns { get; }

    /// <summary>Units of a full panel, U.</summary>
    public int UnitsPerPanel { get; }

    /// <summary>Panels.</summary>
    public int Panels { get; }

    /// <summary>Floats of storage.</summary>
    public int Length => Gates * PaddedUnits * Columns;

    /// <summary>A number of units rounded up to whole vectors.</summary>
    /// <param name="units">Any number from 0.</param>
    /// <returns>The next multiple of <see cref="UnitMultiple"/>.</returns>
    public static int Pad(int units) => (units + UnitMultiple - 1) / UnitMultiple * UnitMultiple;

    /// <summary>Units of one panel: U, or fewer in the last.</summary>
    /// <param name="panel">The panel, in [0, <see cref="Panels"/>).</param>
    /// <returns>A multiple of <see cref="UnitMultiple"/>.</returns>
    public int UnitsOf(int panel) => Math.Min(UnitsPerPanel, PaddedUnits - (panel * UnitsPerPanel));

    /// <summary>Where a panel begins in the storage.</summary>
    /// <param name="panel">The panel, in [0, <see cref="Panels"/>).</param>
    /// <returns>An offset in floats.</returns>
    public int PanelOffset(int panel) => panel * UnitsPerPanel * Gates * Columns;

    /// <summary>Where an element lies in the storage.</summary>
    /// <param name="slot">The block within a panel.</param>
    /// <param name="unit">The unit, j, in [0, <see cref="PaddedUnits"/>).</param>
    /// <param name="column">The column, k.</param>
    /// <returns>An offset in floats.</returns>
    public int IndexOf(int slot, int unit, int column)
    {
        int panel = unit / UnitsPerPanel;
        int units = UnitsOf(panel);
        return PanelOffset(panel) + (column * Gates * units) + (slot * units) + (unit - (panel * UnitsPerPanel));
    }

    /// <summary>Copies from storage to PyTorch's order.</summary>
    /// <param name="storage">[<see cref="Length"/>].</param>
    /// <param name="rowMajor">[G·H, K], overwritten.</param>
    public void Export(ReadOnlySpan<float> storage, Span<float> rowMajor)
    {
        for (int slot = 0; slot < Gates; slot++)
        {
            for (int unit = 0; unit < Units; unit++)
            {
                int row = ((_gateOfSlot[slot] * Units) + unit) * Columns;
                int first = IndexOf(slot, unit, 0);
                int step = Gates * UnitsOf(unit / UnitsPerPanel);
                for (int k = 0; k < Columns; k++)
                {
                    rowMajor[row + k] = storage[first + (k * step)];
                }
            }
        }
    }

    /// <summary>Copies from PyTorch's order to storage; the padding becomes zero.</summary>
    /// <param name="rowMajor">[G·H, K].</param>
    /// <param name="storage">[<see cref="Length"/>], overwritten.</param>
    public void Import(ReadOnlySpan<float> rowMajor, Span<float> storage)
    {
        storage.Clear();
        for (int slot = 0; slot < Gates; slot++)
        {
            for (int unit = 0; unit < Units; unit++)
            {
                int row = ((_gateOfSlot[slot] * Units) + unit) * Columns;
                for (int k = 0; k < Columns; k++)
                {
                    storage[IndexOf(slot, unit, k)] = rowMajor[row + k];
                }
            }
        }
    }
}
