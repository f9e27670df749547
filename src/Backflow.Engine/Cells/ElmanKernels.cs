using System.Runtime.CompilerServices;
using Backflow.Engine.Kernels;

namespace Backflow.Engine;

/// <summary>The Elman network: hₜ = φ(W·xₜ + b_ih + R·hₜ₋₁ + b_hh).</summary>
/// <remarks>Elman 1990; backward pass derived in docs/mathematics/elman.md.</remarks>
internal sealed unsafe class ElmanKernels<TSimd, TVector, TActivation> : PanelKernels<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
    where TActivation : struct, IActivation<TSimd, TVector>
{
    public override GateLayout Gates { get; } = new(
        UnitsPerPanel: 64, GateSlots: 1, InputGates: [0], InputSlot: 0, RecurrentGates: [0], RecurrentSlot: 0);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void ForwardGates(LayerBuffers layer, int t, int panel, int rowBegin, int rowEnd)
    {
        int stride = layer.Shape.HiddenStride;
        int units = layer.RecurrentStorage.UnitsOf(panel);
        int first = panel * Gates.UnitsPerPanel;
        for (int row = rowBegin; row < rowEnd; row++)
        {
            float* a = GateRow(layer, t, row, panel);
            float* h = State(layer.Hidden, layer, t + 1) + ((nint)row * stride) + first;
            for (int j = 0; j < units; j += TSimd.Count)
            {
                // hₜ = φ(aₜ)
                TSimd.Store(h + j, TActivation.Invoke(TSimd.Load(a + j)));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void BackwardGates(LayerBuffers layer, int t, int rowBegin, int rowEnd)
    {
        int stride = layer.Shape.HiddenStride;
        for (int row = rowBegin; row < rowEnd; row++)
        {
            // Panels of one gate lie one behind the other.
            float* a = GateRow(layer, t, row, panel: 0);
            float* h = State(layer.Hidden, layer, t + 1) + ((nint)row * stride);
            float* dh = State(layer.DHidden, layer, t + 1) + ((nint)row * stride);
            for (int j = 0; j < stride; j += TSimd.Count)
            {
                // ∂L/∂aₜ = ∂L/∂hₜ ⊙ φ′(aₜ)
                TVector da = TSimd.Multiply(TSimd.Load(dh + j), TActivation.Derivative(TSimd.Load(h + j)));
                TSimd.Store(a + j, TSimd.FlushTiny(da));
            }
        }
    }
}
