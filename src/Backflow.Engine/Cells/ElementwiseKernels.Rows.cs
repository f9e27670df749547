using System.Runtime.CompilerServices;

namespace Backflow.Engine;

/// <content>Between panels and the order of the units, for some units of one row.</content>
internal sealed unsafe partial class ElementwiseKernels<TSimd, TVector>
{
    private static float* UnmaskedGradient(LayerBuffers layer, int slot) =>
        layer.Scratch.Pointer + ((nint)(1 + slot) * layer.Shape.BatchSize * layer.Shape.HiddenStride);

    /// <summary>Activates some slots where they lie, and copies them.</summary>
    private void Activate(float* gates, float* room, int block, int slotBegin, int slotEnd, int stored)
    {
        for (int slot = slotBegin; slot < slotEnd; slot++)
        {
            CellActivation activation = _activations[slot];
            if (activation == CellActivation.Sigmoid)
            {
                Activate<SigmoidActivation<TSimd, TVector>>(gates, room, block, slot, stored);
            }
            else if (activation == CellActivation.Tanh)
            {
                Activate<TanhActivation<TSimd, TVector>>(gates, room, block, slot, stored);
            }
            else if (activation == CellActivation.Relu)
            {
                Activate<ReluActivation<TSimd, TVector>>(gates, room, block, slot, stored);
            }
            else
            {
                Activate<IdentityActivation<TSimd, TVector>>(gates, room, block, slot, stored);
            }
        }
    }

    /// <summary>∂L/∂(pre-activation) from ∂L/∂(gate) of some slots, in place of the activations.</summary>
    private void Deactivate(float* gates, float* dRoom, int block, int slotBegin, int slotEnd, int stored)
    {
        for (int slot = slotBegin; slot < slotEnd; slot++)
        {
            CellActivation activation = _activations[slot];
            if (activation == CellActivation.Sigmoid)
            {
                Deactivate<SigmoidActivation<TSimd, TVector>>(gates, dRoom, block, slot, stored);
            }
            else if (activation == CellActivation.Tanh)
            {
                Deactivate<TanhActivation<TSimd, TVector>>(gates, dRoom, block, slot, stored);
            }
            else if (activation == CellActivation.Relu)
            {
                Deactivate<ReluActivation<TSimd, TVector>>(gates, dRoom, block, slot, stored);
            }
            else
            {
                Deactivate<IdentityActivation<TSimd, TVector>>(gates, dRoom, block, slot, stored);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Activate<TActivation>(float* gates, float* room, int block, int slot, int stored)
        where TActivation : struct, IActivation<TSimd, TVector>
    {
        float* a = gates + (slot * PanelLayout.UnitMultiple);
        float* y = room + (slot * block);
        for (int unit = 0; unit < stored; a += _slots * PanelLayout.UnitMultiple)
        {
            for (int j = 0; j < PanelLayout.UnitMultiple; j += TSimd.Count, unit += TSimd.Count)
            {
                TVector value = TActivation.Invoke(TSimd.Load(a + j));
                TSimd.Store(a + j, value);
                TSimd.Store(y + unit, value);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Deactivate<TActivation>(float* gates, float* dRoom, int block, int slot, int stored)
        where TActivation : struct, IActivation<TSimd, TVector>
    {
        float* a = gates + (slot * PanelLayout.UnitMultiple);
        float* dy = dRoom + (slot * block);
        for (int unit = 0; unit < stored; a += _slots * PanelLayout.UnitMultiple)
        {
            for (int j = 0; j < PanelLayout.UnitMultiple; j += TSimd.Count, unit += TSimd.Count)
            {
                TVector da = TSimd.Multiply(TSimd.Load(dy + unit), TActivation.Derivative(TSimd.Load(a + j)));
                TSimd.Store(a + j, TSimd.FlushTiny(da));
            }
        }
    }

    /// <summary>Copies the first slots, activated or not, into the order of the units.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Copy(float* gates, float* room, int block, int slots, int stored)
    {
        for (int unit = 0; unit < stored; unit += PanelLayout.UnitMultiple, gates += _slots * PanelLayout.UnitMultiple)
        {
            for (int slot = 0; slot < slots; slot++)
            {
                float* from = gates + (slot * PanelLayout.UnitMultiple);
                float* to = room + (slot * block) + unit;
                for (int j = 0; j < PanelLayout.UnitMultiple; j += TSimd.Count)
                {
                    TSimd.Store(to + j, TSimd.Load(from + j));
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FlushTiny(float* values, int count)
    {
        for (int i = 0; i < count; i += TSimd.Count)
        {
            TSimd.Store(values + i, TSimd.FlushTiny(TSimd.Load(values + i)));
        }
    }
}
