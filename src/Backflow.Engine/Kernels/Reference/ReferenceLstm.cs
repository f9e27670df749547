namespace Backflow.Engine.Kernels.Reference;

/// <summary>
/// The twin of the LSTM: i, f, o = σ(·), g = tanh(·) of W·xₜ + b_ih + R·hₜ₋₁ + b_hh; cₜ = f·cₜ₋₁ + i·g;
/// hₜ = o·tanh(cₜ).
/// </summary>
/// <remarks>
/// Hochreiter &amp; Schmidhuber 1997 with the forget gate of Gers, Schmidhuber &amp; Cummins 2000, eq. 1–6, without
/// peepholes. Gate order i, f, g, o.
/// </remarks>
internal sealed class ReferenceLstm : ReferenceCell
{
    private const int I = 0;
    private const int F = 1;
    private const int G = 2;
    private const int O = 3;

    public override int Gates => 4;

    public override int KeptValues => 4;

    public override bool HasCellState => true;

    public override void Forward(ReferenceLayer layer, int t, int row)
    {
        ReadOnlySpan<double> hBefore = layer.HiddenAt(t - 1, row);
        ReadOnlySpan<double> cBefore = layer.CellAt(t - 1, row);
        ReadOnlySpan<double> c = layer.CellAt(t, row);
        for (int j = 0; j < c.Length; j++)
        {
            double i = ReferenceActivations.Sigmoid(layer.InputSum(I, j, t, row) + layer.RecurrentSum(I, j, hBefore));
            double f = ReferenceActivations.Sigmoid(layer.InputSum(F, j, t, row) + layer.RecurrentSum(F, j, hBefore));
            double g = ReferenceActivations.Tanh(layer.InputSum(G, j, t, row) + layer.RecurrentSum(G, j, hBefore));
            double o = ReferenceActivations.Sigmoid(layer.InputSum(O, j, t, row) + layer.RecurrentSum(O, j, hBefore));
            layer.KeptAt(t, row, I)[j] = i;
            layer.KeptAt(t, row, F)[j] = f;
            layer.KeptAt(t, row, G)[j] = g;
            layer.KeptAt(t, row, O)[j] = o;

            // cₜ = f·cₜ₋₁ + i·g
            layer.WriteCell(t, row, j, (f * cBefore[j]) + (i * g));

            // hₜ = o·tanh(cₜ)
            layer.WriteHidden(t, row, j, o * ReferenceActivations.Tanh(c[j]));
        }
    }

    public override void Backward(ReferenceLayer layer, int t, int row)
    {
        ReadOnlySpan<double> hBefore = layer.HiddenAt(t - 1, row);
        ReadOnlySpan<double> cBefore = layer.CellAt(t - 1, row);
        ReadOnlySpan<double> c = layer.CellAt(t, row);
        ReadOnlySpan<double> dHidden = layer.DHiddenAt(t, row);
        Span<double> dCell = layer.DCellAt(t, row);
        Span<double> dHiddenBefore = layer.DHiddenAt(t - 1, row);
        Span<double> dCellBefore = layer.DCellAt(t - 1, row);
        for (int j = 0; j < c.Length; j++)
        {
            double i = layer.KeptAt(t, row, I)[j];
            double f = layer.KeptAt(t, row, F)[j];
            double g = layer.KeptAt(t, row, G)[j];
            double o = layer.KeptAt(t, row, O)[j];
            double squashed = ReferenceActivations.Tanh(c[j]);

            // ∂L/∂cₜ += ∂L/∂hₜ · o · tanh′(cₜ)
            dCell[j] += dHidden[j] * o * ReferenceActivations.TanhDerivative(squashed);

            // ∂L/∂cₜ₋₁ += ∂L/∂cₜ · f
            dCellBefore[j] += dCell[j] * f;

            double di = dCell[j] * g * ReferenceActivations.SigmoidDerivative(i);
            double df = dCell[j] * cBefore[j] * ReferenceActivations.SigmoidDerivative(f);
            double dg = dCell[j] * i * ReferenceActivations.TanhDerivative(g);
            double dO = dHidden[j] * squashed * ReferenceActivations.SigmoidDerivative(o);
            Back(layer, I, j, t, row, hBefore, dHiddenBefore, di);
            Back(layer, F, j, t, row, hBefore, dHiddenBefore, df);
            Back(layer, G, j, t, row, hBefore, dHiddenBefore, dg);
            Back(layer, O, j, t, row, hBefore, dHiddenBefore, dO);
        }
    }

    private static void Back(
        ReferenceLayer layer,
        int gate,
        int unit,
        int t,
        int row,
        ReadOnlySpan<double> before,
        Span<double> dBefore,
        double da)
    {
        layer.BackThroughInput(gate, unit, t, row, da);
        layer.BackThroughRecurrent(gate, unit, before, dBefore, da);
    }
}
