using System.Runtime.CompilerServices;

namespace Backflow.Engine;

/// <content>What the equations are shown at a time: some units of one row.</content>
internal sealed unsafe partial class ElementwiseKernels<TSimd, TVector>
{
    private static int BlockOf(LayerBuffers layer) =>
        Math.Min(layer.Shape.HiddenStride, ElementwiseLimits.MostUnits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Span<float> Units(AlignedBuffer states, LayerBuffers layer, int slot, scoped in UnitBlock at) =>
        new(State(states, layer, slot) + at.Offset, at.Units);

    /// <summary>The block of a row that begins at a unit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private UnitBlock BlockAt(LayerBuffers layer, int t, int row, int first, int block) => new()
    {
        Gates = GateRow(layer, t, row, first / PanelLayout.UnitMultiple),
        Offset = ((nint)row * layer.Shape.HiddenStride) + first,
        Units = Math.Min(block, layer.Shape.HiddenSize - first),
        Stored = Math.Min(block, layer.Shape.HiddenStride - first),
    };

    /// <summary>Some units of one row.</summary>
    private readonly struct UnitBlock
    {
        /// <summary>Where their gates lie, in panels.</summary>
        public required float* Gates { get; init; }

        /// <summary>Floats from the first state of the timestep to theirs.</summary>
        public required nint Offset { get; init; }

        /// <summary>Units that are no padding: what pads a row is never shown to the equations.</summary>
        public required int Units { get; init; }

        /// <summary>Stored units, whole vectors.</summary>
        public required int Stored { get; init; }
    }
}
