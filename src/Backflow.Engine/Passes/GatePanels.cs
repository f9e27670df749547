using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Backflow.Engine;

/// <summary>Copies gates out of the panels in which a layer keeps them.</summary>
internal static unsafe class GatePanels
{
    /// <summary>Copies some slots of one timestep.</summary>
    /// <param name="layer">A layer whose gates are kept.</param>
    /// <param name="timestep">The timestep, in [0, T).</param>
    /// <param name="firstSlot">The first slot that is copied.</param>
    /// <param name="gateOfSlot">The place among the gates that each slot from the first on is copied to.</param>
    /// <param name="values">Overwritten.</param>
    /// <param name="rowDistance">Floats from one sequence to the next.</param>
    /// <param name="gateDistance">Floats from one gate to the next.</param>
    /// <remarks>Row by row and panel by panel, as the buffer lies, so that it leaves memory as one stream.</remarks>
    public static void Copy(
        LayerBuffers layer,
        int timestep,
        int firstSlot,
        ReadOnlySpan<int> gateOfSlot,
        Span<float> values,
        int rowDistance,
        int gateDistance)
    {
        PanelLayout storage = layer.RecurrentStorage;
        int batchSize = layer.Shape.BatchSize;
        int distance = storage.UnitsPerPanel * layer.Kernels.Gates.GateSlots;
        fixed (float* target = values)
        {
            for (int row = 0; row < batchSize; row++)
            {
                float* gates = layer.Gate.Pointer + ((((nint)timestep * batchSize) + row) * layer.GateStride);
                for (int panel = 0; panel < storage.Panels; panel++)
                {
                    int first = panel * storage.UnitsPerPanel;
                    int stored = storage.UnitsOf(panel);
                    int units = Math.Min(stored, layer.Shape.HiddenSize - first);
                    float* from = gates + ((nint)panel * distance) + ((nint)stored * firstSlot);
                    float* to = target + ((nint)row * rowDistance) + first;
                    foreach (int gate in gateOfSlot)
                    {
                        CopyUnits(from, to + ((nint)gate * gateDistance), units);
                        from += stored;
                    }
                }
            }
        }
    }

    // Called for every gate, row and panel that is measured: most panels are one vector of units.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyUnits(float* from, float* to, int units)
    {
        if (units == PanelLayout.UnitMultiple)
        {
            Vector512.Load(from).Store(to);
        }
        else
        {
            new ReadOnlySpan<float>(from, units).CopyTo(new Span<float>(to, units));
        }
    }
}
