using System.Collections.Immutable;

namespace Backflow.Engine;

/// <summary>Where a cell's gates lie in the panels of its weights and of its gate buffer.</summary>
/// <param name="UnitsPerPanel">Units of a full panel.</param>
/// <param name="GateSlots">Blocks per panel in the gate buffer; a slot is one block of the panel's units.</param>
/// <param name="InputGates">PyTorch's gate number of each slot that the input product fills.</param>
/// <param name="InputSlot">The first slot that the input product fills.</param>
/// <param name="RecurrentGates">PyTorch's gate number of each slot that the recurrent product adds to.</param>
/// <param name="RecurrentSlot">The first slot that the recurrent product adds to.</param>
/// <remarks>
/// The two products fill the same slots, except in the GRU with reset after the product, which needs W·x and R·h of
/// its candidate apart: [n | r | z | R·h of n], the input product filling the first three and the recurrent product
/// the last three, so that either side of the panel is contiguous.
/// </remarks>
internal sealed record GateLayout(
    int UnitsPerPanel,
    int GateSlots,
    ImmutableArray<int> InputGates,
    int InputSlot,
    ImmutableArray<int> RecurrentGates,
    int RecurrentSlot)
{
    /// <summary>Gates as PyTorch counts them.</summary>
    public int Gates => InputGates.Length;

    /// <summary>The storage of the input weights.</summary>
    public PanelLayout InputStorage(int units, int columns) => new(InputGates.AsSpan(), units, columns, UnitsPerPanel);

    /// <summary>The storage of the recurrent weights.</summary>
    public PanelLayout RecurrentStorage(int units, int columns) =>
        new(RecurrentGates.AsSpan(), units, columns, UnitsPerPanel);
}
