using System.Runtime.CompilerServices;
using Backflow.Engine.Kernels;

namespace Backflow.Engine;

/// <summary>
/// The GRU with reset after the recurrent product: r, z = σ(·); n = tanh(W·xₜ + b_in + r ⊙ (R·hₜ₋₁ + b_hn));
/// hₜ = (1 − z) ⊙ n + z ⊙ hₜ₋₁.
/// </summary>
/// <remarks>
/// PyTorch's and cuDNN's convention; z keeps the old state. Cho et al. 2014 put the reset before the product, see
/// <see cref="GruResetBeforeKernels{TSimd, TVector}"/>. Backward pass derived in docs/mathematics/gru.md.
/// </remarks>
internal sealed unsafe class GruKernels<TSimd, TVector> : PanelKernels<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private const int N = 0 * PanelLayout.UnitMultiple;
    private const int R = 1 * PanelLayout.UnitMultiple;
    private const int Z = 2 * PanelLayout.UnitMultiple;

    /// <summary>R·hₜ₋₁ + b_hn, which the reset gate scales.</summary>
    private const int RecurrentN = 3 * PanelLayout.UnitMultiple;

    /// <summary>Floats of a panel in a row of gates.</summary>
    private const int PanelFloats = 4 * PanelLayout.UnitMultiple;

    public override GateLayout Gates { get; } = new(
        UnitsPerPanel: PanelLayout.UnitMultiple,
        GateSlots: 4,
        InputGates: [2, 0, 1],
        InputSlot: 0,
        RecurrentGates: [0, 1, 2],
        RecurrentSlot: 1);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void ForwardGates(LayerBuffers layer, int t, int panel, int rowBegin, int rowEnd)
    {
        int stride = layer.Shape.HiddenStride;
        int first = panel * PanelLayout.UnitMultiple;
        for (int row = rowBegin; row < rowEnd; row++)
        {
            nint offset = ((nint)row * stride) + first;
            float* a = GateRow(layer, t, row, panel);
            float* before = State(layer.Hidden, layer, t) + offset;
            float* h = State(layer.Hidden, layer, t + 1) + offset;
            for (int j = 0; j < PanelLayout.UnitMultiple; j += TSimd.Count)
            {
                TVector r = Activations<TSimd, TVector>.Sigmoid(TSimd.Load(a + R + j));
                TVector z = Activations<TSimd, TVector>.Sigmoid(TSimd.Load(a + Z + j));
                TVector n = Activations<TSimd, TVector>.Tanh(
                    TSimd.FusedMultiplyAdd(r, TSimd.Load(a + RecurrentN + j), TSimd.Load(a + N + j)));
                TSimd.Store(a + R + j, r);
                TSimd.Store(a + Z + j, z);
                TSimd.Store(a + N + j, n);

                // hₜ = (1 − z) ⊙ n + z ⊙ hₜ₋₁ = n + z ⊙ (hₜ₋₁ − n)
                TSimd.Store(h + j, TSimd.FusedMultiplyAdd(z, TSimd.Subtract(TSimd.Load(before + j), n), n));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void BackwardGates(LayerBuffers layer, int t, int rowBegin, int rowEnd)
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
                    TVector r = TSimd.Load(a + R + j);
                    TVector z = TSimd.Load(a + Z + j);
                    TVector n = TSimd.Load(a + N + j);
                    TVector dh = TSimd.Load(dHidden + unit);

                    // ∂L/∂hₜ₋₁ += ∂L/∂hₜ ⊙ z: the direct path; the product with R adds the rest.
                    TSimd.Store(
                        dBefore + unit, TSimd.FlushTiny(TSimd.FusedMultiplyAdd(dh, z, TSimd.Load(dBefore + unit))));

                    TVector dn = TSimd.Multiply(
                        TSimd.Multiply(dh, TSimd.Subtract(one, z)), TSimd.Subtract(one, TSimd.Multiply(n, n)));
                    TVector dz = TSimd.Multiply(
                        TSimd.Multiply(dh, TSimd.Subtract(TSimd.Load(before + unit), n)),
                        TSimd.Multiply(z, TSimd.Subtract(one, z)));
                    TVector dr = TSimd.Multiply(
                        TSimd.Multiply(dn, TSimd.Load(a + RecurrentN + j)), TSimd.Multiply(r, TSimd.Subtract(one, r)));
                    TSimd.Store(a + N + j, TSimd.FlushTiny(dn));
                    TSimd.Store(a + R + j, TSimd.FlushTiny(dr));
                    TSimd.Store(a + Z + j, TSimd.FlushTiny(dz));
                    TSimd.Store(a + RecurrentN + j, TSimd.FlushTiny(TSimd.Multiply(dn, r)));
                }
            }
        }
    }
}
