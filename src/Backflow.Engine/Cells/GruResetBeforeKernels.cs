using System.Runtime.CompilerServices;
using Backflow.Engine.Kernels;

namespace Backflow.Engine;

/// <summary>
/// The GRU with reset before the recurrent product: r, z = σ(·); n = tanh(W·xₜ + b_ih + R·(r ⊙ hₜ₋₁) + b_hh);
/// hₜ = (1 − z) ⊙ hₜ₋₁ + z ⊙ n.
/// </summary>
/// <remarks>
/// Cho et al. 2014, "Learning phrase representations …", eq. 5–8, with the roles of z and 1 − z as in Chung et al.
/// 2014, eq. 5: z takes the new state. Backward pass derived in docs/mathematics/gru.md. The candidate needs every
/// unit's reset gate before its product can begin, so a timestep is two sweeps over the panels.
/// </remarks>
internal sealed unsafe class GruResetBeforeKernels<TSimd, TVector> : SequenceKernels<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private const int R = 0 * PanelLayout.UnitMultiple;
    private const int Z = 1 * PanelLayout.UnitMultiple;
    private const int N = 2 * PanelLayout.UnitMultiple;
    private const int CandidateSlot = 2;

    /// <summary>Floats of a panel in a row of gates.</summary>
    private const int PanelFloats = 3 * PanelLayout.UnitMultiple;

    public override GateLayout Gates { get; } = new(
        UnitsPerPanel: PanelLayout.UnitMultiple,
        GateSlots: 3,
        InputGates: [0, 1, 2],
        InputSlot: 0,
        RecurrentGates: [0, 1, 2],
        RecurrentSlot: 0);

    // r ⊙ hₜ₋₁, the state that the candidate's product sees.
    public override bool NeedsAuxiliary => true;

    // ∂L/∂(r ⊙ hₜ₋₁) of one timestep.
    public override int ScratchStates => 1;

    protected override int FirstMaskedSlot => CandidateSlot;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void ForwardTimestep(LayerBuffers layer, int t, int rowBegin, int rowEnd)
    {
        float* before = State(layer.Hidden, layer, t);
        PackState(layer, before, rowBegin, rowEnd);
        for (int panel = 0; panel < layer.RecurrentStorage.Panels; panel++)
        {
            RecurrentProduct(layer, t, panel, 0, CandidateSlot, before, rowBegin, rowEnd);
            ForwardResetAndUpdate(layer, t, panel, rowBegin, rowEnd);
        }

        float* reset = Kept(layer, t);
        PackState(layer, reset, rowBegin, rowEnd);
        for (int panel = 0; panel < layer.RecurrentStorage.Panels; panel++)
        {
            RecurrentProduct(layer, t, panel, CandidateSlot, 1, reset, rowBegin, rowEnd);
            ForwardGates(layer, t, panel, rowBegin, rowEnd);
        }
    }

    // As every hₜ₋₁ is known, so are all reset gates, and then all r ⊙ hₜ₋₁: two products for the whole chunk.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void RecomputeChunk(LayerBuffers layer, Timesteps chunk, int rowBegin, int rowEnd)
    {
        float* before = State(layer.Hidden, layer, chunk.Begin);
        for (int panel = 0; panel < layer.RecurrentStorage.Panels; panel++)
        {
            RecurrentProductOfChunk(layer, chunk, panel, 0, CandidateSlot, before, rowBegin, rowEnd);
            for (int t = chunk.Begin; t < chunk.End; t++)
            {
                ForwardResetAndUpdate(layer, t, panel, rowBegin, rowEnd);
            }
        }

        float* reset = Kept(layer, chunk.Begin);
        for (int panel = 0; panel < layer.RecurrentStorage.Panels; panel++)
        {
            RecurrentProductOfChunk(layer, chunk, panel, CandidateSlot, 1, reset, rowBegin, rowEnd);
            for (int t = chunk.Begin; t < chunk.End; t++)
            {
                ForwardGates(layer, t, panel, rowBegin, rowEnd);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void BackwardTimestep(LayerBuffers layer, int t, int rowBegin, int rowEnd)
    {
        BackwardGates(layer, t, rowBegin, rowEnd);

        // ∂L/∂(r ⊙ hₜ₋₁) = ∂L/∂aₙ·Rₙ
        BackThroughState(layer, t, CandidateSlot, 1, layer.Scratch.Pointer, false, rowBegin, rowEnd);
        BackwardReset(layer, t, rowBegin, rowEnd);
        BackThroughState(
            layer,
            t,
            0,
            CandidateSlot,
            State(layer.DHidden, layer, t),
            accumulate: true,
            rowBegin,
            rowEnd);
    }

    /// <summary>The candidate and the new state.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ForwardGates(LayerBuffers layer, int t, int panel, int rowBegin, int rowEnd)
    {
        int first = panel * PanelLayout.UnitMultiple;
        for (int row = rowBegin; row < rowEnd; row++)
        {
            nint offset = ((nint)row * layer.Shape.HiddenStride) + first;
            float* a = GateRow(layer, t, row, panel);
            float* before = State(layer.Hidden, layer, t) + offset;
            float* h = State(layer.Hidden, layer, t + 1) + offset;
            for (int j = 0; j < PanelLayout.UnitMultiple; j += TSimd.Count)
            {
                TVector n = Activations<TSimd, TVector>.Tanh(TSimd.Load(a + N + j));
                TSimd.Store(a + N + j, n);

                // hₜ = (1 − z) ⊙ hₜ₋₁ + z ⊙ n = hₜ₋₁ + z ⊙ (n − hₜ₋₁)
                TVector state = TSimd.Load(before + j);
                TSimd.Store(h + j, TSimd.FusedMultiplyAdd(TSimd.Load(a + Z + j), TSimd.Subtract(n, state), state));
            }
        }
    }

    /// <summary>∂L/∂aₙ and ∂L/∂a_z, and the direct path to hₜ₋₁; r is still needed and stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void BackwardGates(LayerBuffers layer, int t, int rowBegin, int rowEnd)
    {
        int stride = layer.Shape.HiddenStride;
        TVector one = TSimd.Broadcast(1);
        for (int row = rowBegin; row < rowEnd; row++)
        {
            nint offset = (nint)row * stride;
            float* a = GateRow(layer, t, row, panel: 0);
            float* before = State(layer.Hidden, layer, t) + offset;
            float* dHidden = State(layer.DHidden, layer, t + 1) + offset;
            float* dBefore = State(layer.DHidden, layer, t) + offset;
            for (int unit = 0; unit < stride; a += PanelFloats)
            {
                for (int j = 0; j < PanelLayout.UnitMultiple; j += TSimd.Count, unit += TSimd.Count)
                {
                    TVector z = TSimd.Load(a + Z + j);
                    TVector n = TSimd.Load(a + N + j);
                    TVector dh = TSimd.Load(dHidden + unit);
                    TVector keep = TSimd.Subtract(one, z);
                    TSimd.Store(
                        dBefore + unit, TSimd.FlushTiny(TSimd.FusedMultiplyAdd(dh, keep, TSimd.Load(dBefore + unit))));
                    TVector dz = TSimd.Multiply(
                        TSimd.Multiply(dh, TSimd.Subtract(n, TSimd.Load(before + unit))), TSimd.Multiply(z, keep));
                    TSimd.Store(a + Z + j, TSimd.FlushTiny(dz));
                    TVector dn = TSimd.Multiply(TSimd.Multiply(dh, z), TSimd.Subtract(one, TSimd.Multiply(n, n)));
                    TSimd.Store(a + N + j, TSimd.FlushTiny(dn));
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ForwardResetAndUpdate(LayerBuffers layer, int t, int panel, int rowBegin, int rowEnd)
    {
        int first = panel * PanelLayout.UnitMultiple;
        for (int row = rowBegin; row < rowEnd; row++)
        {
            nint offset = ((nint)row * layer.Shape.HiddenStride) + first;
            float* a = GateRow(layer, t, row, panel);
            float* before = State(layer.Hidden, layer, t) + offset;
            float* reset = Kept(layer, t) + offset;
            for (int j = 0; j < PanelLayout.UnitMultiple; j += TSimd.Count)
            {
                TVector r = Activations<TSimd, TVector>.Sigmoid(TSimd.Load(a + R + j));
                TSimd.Store(a + R + j, r);
                TSimd.Store(a + Z + j, Activations<TSimd, TVector>.Sigmoid(TSimd.Load(a + Z + j)));
                TSimd.Store(reset + j, TSimd.Multiply(r, TSimd.Load(before + j)));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void BackwardReset(LayerBuffers layer, int t, int rowBegin, int rowEnd)
    {
        int stride = layer.Shape.HiddenStride;
        TVector one = TSimd.Broadcast(1);
        for (int row = rowBegin; row < rowEnd; row++)
        {
            nint offset = (nint)row * stride;
            float* a = GateRow(layer, t, row, panel: 0);
            float* before = State(layer.Hidden, layer, t) + offset;
            float* dReset = layer.Scratch.Pointer + offset;
            float* dBefore = State(layer.DHidden, layer, t) + offset;
            for (int unit = 0; unit < stride; a += PanelFloats)
            {
                for (int j = 0; j < PanelLayout.UnitMultiple; j += TSimd.Count, unit += TSimd.Count)
                {
                    TVector r = TSimd.Load(a + R + j);
                    TVector d = TSimd.Load(dReset + unit);

                    // ∂L/∂hₜ₋₁ += ∂L/∂(r ⊙ hₜ₋₁) ⊙ r
                    TSimd.Store(dBefore + unit, TSimd.FusedMultiplyAdd(d, r, TSimd.Load(dBefore + unit)));
                    TVector dr = TSimd.Multiply(
                        TSimd.Multiply(d, TSimd.Load(before + unit)), TSimd.Multiply(r, TSimd.Subtract(one, r)));
                    TSimd.Store(a + R + j, TSimd.FlushTiny(dr));
                }
            }
        }
    }
}
