using System.Runtime.CompilerServices;
using Backflow.Engine.Kernels;

namespace Backflow.Engine;

/// <summary>The Elman network with a skip: hₜ = tanh(W·xₜ + b_ih + R·hₜ₋₁ + b_hh + hₜ₋ₖ).</summary>
/// <remarks>
/// Wang &amp; Tian 2016, identity skip connections between distant states; backward pass derived in
/// docs/mathematics/skip.md. States lie in time order, so that hₜ₋ₖ is k slots before hₜ, and ∂L/∂hₜ₋ₖ is complete only
/// when the backward pass arrives there. Before the initial state there is nothing, and the term is left out.
/// </remarks>
/// <param name="skip">k, from 1.</param>
internal sealed unsafe class ElmanSkipKernels<TSimd, TVector>(int skip) : PanelKernels<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    public override GateLayout Gates { get; } = new(
        UnitsPerPanel: 64, GateSlots: 1, InputGates: [0], InputSlot: 0, RecurrentGates: [0], RecurrentSlot: 0);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void ForwardGates(LayerBuffers layer, int t, int panel, int rowBegin, int rowEnd)
    {
        int stride = layer.Shape.HiddenStride;
        int units = layer.RecurrentStorage.UnitsOf(panel);
        int first = panel * Gates.UnitsPerPanel;
        int slot = SkippedSlot(t);
        for (int row = rowBegin; row < rowEnd; row++)
        {
            nint place = ((nint)row * stride) + first;
            float* a = GateRow(layer, t, row, panel);
            float* h = State(layer.Hidden, layer, t + 1) + place;
            float* before = State(layer.Hidden, layer, Math.Max(0, slot)) + place;
            for (int j = 0; j < units; j += TSimd.Count)
            {
                // hₜ = φ(aₜ),  aₜ += hₜ₋ₖ
                TVector sum = TSimd.Load(a + j);
                if (slot >= 0)
                {
                    sum = TSimd.Add(sum, TSimd.Load(before + j));
                    TSimd.Store(a + j, sum);
                }

                TSimd.Store(h + j, TanhActivation<TSimd, TVector>.Invoke(sum));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void BackwardGates(LayerBuffers layer, int t, int rowBegin, int rowEnd)
    {
        int stride = layer.Shape.HiddenStride;
        int slot = SkippedSlot(t);
        for (int row = rowBegin; row < rowEnd; row++)
        {
            nint place = (nint)row * stride;
            float* a = GateRow(layer, t, row, panel: 0);
            float* h = State(layer.Hidden, layer, t + 1) + place;
            float* dh = State(layer.DHidden, layer, t + 1) + place;
            float* dBefore = State(layer.DHidden, layer, Math.Max(0, slot)) + place;
            for (int j = 0; j < stride; j += TSimd.Count)
            {
                // ∂L/∂aₜ = ∂L/∂hₜ ⊙ φ′(aₜ)
                TVector da = TSimd.FlushTiny(TSimd.Multiply(
                    TSimd.Load(dh + j), TanhActivation<TSimd, TVector>.Derivative(TSimd.Load(h + j))));
                TSimd.Store(a + j, da);
                if (slot >= 0)
                {
                    // ∂L/∂hₜ₋ₖ += ∂L/∂aₜ
                    TSimd.Store(dBefore + j, TSimd.Add(TSimd.Load(dBefore + j), da));
                }
            }
        }
    }

    // hₜ lies in slot t + 1; the initial state, in slot 0, is the earliest there is.
    private int SkippedSlot(int t) => t + 1 - skip;
}
