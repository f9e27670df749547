namespace Backflow.Engine.Kernels.Reference;

/// <summary>
/// The twin of the Elman network with a skip: hₜ = tanh(W·xₜ + b_ih + R·hₜ₋₁ + b_hh + hₜ₋ₖ).
/// </summary>
/// <remarks>Wang &amp; Tian 2016; docs/mathematics/skip.md.</remarks>
internal sealed class ReferenceElmanSkip(int skip) : ReferenceCell
{
    private const int OnlyGate = 0;
    private const int PreActivation = 0;

    public override int Gates => 1;

    public override int KeptValues => 1;

    public override void Forward(ReferenceLayer layer, int t, int row)
    {
        ReadOnlySpan<double> before = layer.HiddenAt(t - 1, row);
        Span<double> kept = layer.KeptAt(t, row, PreActivation);
        for (int j = 0; j < kept.Length; j++)
        {
            // hₜ = tanh(aₜ),  aₜ = W·xₜ + b_ih + R·hₜ₋₁ + b_hh + hₜ₋ₖ
            kept[j] = layer.InputSum(OnlyGate, j, t, row)
                + layer.RecurrentSum(OnlyGate, j, before)
                + (HasSkipped(t) ? layer.HiddenAt(t - skip, row)[j] : 0);
            layer.WriteHidden(t, row, j, Math.Tanh(kept[j]));
        }
    }

    public override void Backward(ReferenceLayer layer, int t, int row)
    {
        ReadOnlySpan<double> before = layer.HiddenAt(t - 1, row);
        ReadOnlySpan<double> hidden = layer.HiddenAt(t, row);
        ReadOnlySpan<double> dHidden = layer.DHiddenAt(t, row);
        Span<double> dBefore = layer.DHiddenAt(t - 1, row);
        for (int j = 0; j < hidden.Length; j++)
        {
            // ∂L/∂aₜ = ∂L/∂hₜ · (1 − hₜ²)
            double da = dHidden[j] * (1 - (hidden[j] * hidden[j]));
            layer.BackThroughInput(OnlyGate, j, t, row, da);
            layer.BackThroughRecurrent(OnlyGate, j, before, dBefore, da);
            if (HasSkipped(t))
            {
                // ∂L/∂hₜ₋ₖ += ∂L/∂aₜ
                layer.DHiddenAt(t - skip, row)[j] += da;
            }
        }
    }

    // The initial state is the earliest there is.
    private bool HasSkipped(int t) => t - skip >= LayerPass.Initial;
}
