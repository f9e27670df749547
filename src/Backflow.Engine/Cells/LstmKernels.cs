using System.Runtime.CompilerServices;
using Backflow.Engine.Kernels;

namespace Backflow.Engine;

/// <summary>
/// The LSTM: i, f, o = σ(·), g = tanh(·) of W·xₜ + b_ih + R·hₜ₋₁ + b_hh; cₜ = f ⊙ cₜ₋₁ + i ⊙ g; hₜ = o ⊙ tanh(cₜ).
/// </summary>
/// <remarks>
/// Hochreiter &amp; Schmidhuber 1997 with the forget gate of Gers, Schmidhuber &amp; Cummins 2000, eq. 1–6, without
/// peepholes; gate order i, f, g, o as in PyTorch. Backward pass derived in docs/mathematics/lstm.md.
/// </remarks>
internal sealed unsafe class LstmKernels<TSimd, TVector> : PanelKernels<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private const int I = 0 * PanelLayout.UnitMultiple;
    private const int F = 1 * PanelLayout.UnitMultiple;
    private const int G = 2 * PanelLayout.UnitMultiple;
    private const int O = 3 * PanelLayout.UnitMultiple;

    /// <summary>Floats of a panel in a row of gates.</summary>
    private const int PanelFloats = 4 * PanelLayout.UnitMultiple;

    public override GateLayout Gates { get; } = new(
        UnitsPerPanel: PanelLayout.UnitMultiple,
        GateSlots: 4,
        InputGates: [0, 1, 2, 3],
        InputSlot: 0,
        RecurrentGates: [0, 1, 2, 3],
        RecurrentSlot: 0);

    public override bool HasCellState => true;

    // tanh(cₜ), which the backward pass needs twice.
    public override bool NeedsAuxiliary => true;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void ForwardGates(LayerBuffers layer, int t, int panel, int rowBegin, int rowEnd)
    {
        int stride = layer.Shape.HiddenStride;
        int first = panel * PanelLayout.UnitMultiple;
        for (int row = rowBegin; row < rowEnd; row++)
        {
            nint offset = ((nint)row * stride) + first;
            float* a = GateRow(layer, t, row, panel);
            float* cBefore = State(layer.Cell, layer, t) + offset;
            float* c = State(layer.Cell, layer, t + 1) + offset;
            float* h = State(layer.Hidden, layer, t + 1) + offset;
            float* tanhCell = Kept(layer, t) + offset;
            for (int j = 0; j < PanelLayout.UnitMultiple; j += TSimd.Count)
            {
                TVector i = Activations<TSimd, TVector>.Sigmoid(TSimd.Load(a + I + j));
                TVector f = Activations<TSimd, TVector>.Sigmoid(TSimd.Load(a + F + j));
                TVector g = Activations<TSimd, TVector>.Tanh(TSimd.Load(a + G + j));
                TVector o = Activations<TSimd, TVector>.Sigmoid(TSimd.Load(a + O + j));
                TSimd.Store(a + I + j, i);
                TSimd.Store(a + F + j, f);
                TSimd.Store(a + G + j, g);
                TSimd.Store(a + O + j, o);

                // cₜ = f ⊙ cₜ₋₁ + i ⊙ g
                TVector cell = TSimd.FusedMultiplyAdd(f, TSimd.Load(cBefore + j), TSimd.Multiply(i, g));
                TSimd.Store(c + j, cell);

                // hₜ = o ⊙ tanh(cₜ)
                TVector squashed = Activations<TSimd, TVector>.Tanh(cell);
                TSimd.Store(tanhCell + j, squashed);
                TSimd.Store(h + j, TSimd.Multiply(o, squashed));
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
            float* cBefore = State(layer.Cell, layer, t) + offset;
            float* tanhCell = Kept(layer, t) + offset;
            float* dHidden = State(layer.DHidden, layer, t + 1) + offset;
            float* dCell = State(layer.DCell, layer, t + 1) + offset;
            float* dCellBefore = State(layer.DCell, layer, t) + offset;
            for (int unit = 0; unit < stride; a += PanelFloats)
            {
                for (int j = 0; j < PanelLayout.UnitMultiple; j += TSimd.Count, unit += TSimd.Count)
                {
                    TVector i = TSimd.Load(a + I + j);
                    TVector f = TSimd.Load(a + F + j);
                    TVector g = TSimd.Load(a + G + j);
                    TVector o = TSimd.Load(a + O + j);
                    TVector squashed = TSimd.Load(tanhCell + unit);
                    TVector dh = TSimd.Load(dHidden + unit);

                    // ∂L/∂cₜ += ∂L/∂hₜ ⊙ o ⊙ (1 − tanh²(cₜ))
                    TVector slope = TSimd.Subtract(one, TSimd.Multiply(squashed, squashed));
                    TVector dc = TSimd.FusedMultiplyAdd(TSimd.Multiply(dh, o), slope, TSimd.Load(dCell + unit));
                    TSimd.Store(dCell + unit, dc);

                    // ∂L/∂cₜ₋₁ = ∂L/∂cₜ ⊙ f: the constant error carousel
                    TSimd.Store(dCellBefore + unit, TSimd.FlushTiny(TSimd.Multiply(dc, f)));

                    // σ′ = y(1 − y), tanh′ = 1 − y²
                    TVector di = TSimd.Multiply(TSimd.Multiply(dc, g), TSimd.Multiply(i, TSimd.Subtract(one, i)));
                    TVector df = TSimd.Multiply(
                        TSimd.Multiply(dc, TSimd.Load(cBefore + unit)), TSimd.Multiply(f, TSimd.Subtract(one, f)));
                    TVector dg = TSimd.Multiply(TSimd.Multiply(dc, i), TSimd.Subtract(one, TSimd.Multiply(g, g)));
                    TVector dO = TSimd.Multiply(
                        TSimd.Multiply(dh, squashed), TSimd.Multiply(o, TSimd.Subtract(one, o)));
                    TSimd.Store(a + I + j, TSimd.FlushTiny(di));
                    TSimd.Store(a + F + j, TSimd.FlushTiny(df));
                    TSimd.Store(a + G + j, TSimd.FlushTiny(dg));
                    TSimd.Store(a + O + j, TSimd.FlushTiny(dO));
                }
            }
        }
    }
}
