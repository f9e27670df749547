using System.Runtime.CompilerServices;

namespace Backflow.Engine.Kernels;

/// <summary>Cells whose gates are computed on a panel as soon as its product is done, while it is in cache.</summary>
internal abstract class PanelKernels<TSimd, TVector> : SequenceKernels<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override unsafe void ForwardTimestep(LayerBuffers layer, int t, int rowBegin, int rowEnd)
    {
        float* before = State(layer.Hidden, layer, t);
        PackState(layer, before, rowBegin, rowEnd);
        for (int panel = 0; panel < layer.RecurrentStorage.Panels; panel++)
        {
            RecurrentProduct(layer, t, panel, 0, Gates.RecurrentGates.Length, before, rowBegin, rowEnd);
            ForwardGates(layer, t, panel, rowBegin, rowEnd);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override unsafe void RecomputeChunk(LayerBuffers layer, Timesteps chunk, int rowBegin, int rowEnd)
    {
        for (int panel = 0; panel < layer.RecurrentStorage.Panels; panel++)
        {
            RecurrentProductOfChunk(
                layer,
                chunk,
                panel,
                0,
                Gates.RecurrentGates.Length,
                State(layer.Hidden, layer, chunk.Begin),
                rowBegin,
                rowEnd);
            for (int t = chunk.Begin; t < chunk.End; t++)
            {
                ForwardGates(layer, t, panel, rowBegin, rowEnd);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override unsafe void BackwardTimestep(LayerBuffers layer, int t, int rowBegin, int rowEnd)
    {
        BackwardGates(layer, t, rowBegin, rowEnd);
        BackThroughState(
            layer,
            t,
            firstSlot: 0,
            Gates.RecurrentGates.Length,
            State(layer.DHidden, layer, t),
            accumulate: true,
            rowBegin,
            rowEnd);
    }

    /// <summary>Gates and new state of one panel from its pre-activations.</summary>
    protected abstract void ForwardGates(LayerBuffers layer, int t, int panel, int rowBegin, int rowEnd);

    /// <summary>∂L/∂(pre-activation) from ∂L/∂hₜ, in place of the activations.</summary>
    /// <remarks>Row by row: what the forward pass wrote long ago comes back in the order in which it lies.</remarks>
    protected abstract void BackwardGates(LayerBuffers layer, int t, int rowBegin, int rowEnd);
}
