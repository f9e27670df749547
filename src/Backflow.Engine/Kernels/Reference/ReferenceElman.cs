namespace Backflow.Engine.Kernels.Reference;

/// <summary>The twin of the Elman network: hₜ = φ(W·xₜ + b_ih + R·hₜ₋₁ + b_hh).</summary>
/// <remarks>Elman 1990.</remarks>
internal sealed class ReferenceElman(
    Func<double, double> activation, Func<double, double> derivativeFromOutput, bool hasKink = false) : ReferenceCell
{
    private const int OnlyGate = 0;
    private const int PreActivation = 0;

    public override int Gates => 1;

    public override int KeptValues => 1;

    public override bool HasKink => hasKink;

    public override void Forward(ReferenceLayer layer, int t, int row)
    {
        ReadOnlySpan<double> before = layer.HiddenAt(t - 1, row);
        Span<double> kept = layer.KeptAt(t, row, PreActivation);
        for (int j = 0; j < kept.Length; j++)
        {
            // hₜ = φ(aₜ),  aₜ = W·xₜ + b_ih + R·hₜ₋₁ + b_hh
            kept[j] = layer.InputSum(OnlyGate, j, t, row) + layer.RecurrentSum(OnlyGate, j, before);
            layer.WriteHidden(t, row, j, activation(kept[j]));
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
            // ∂L/∂aₜ = ∂L/∂hₜ · φ′(aₜ)
            double da = dHidden[j] * derivativeFromOutput(hidden[j]);
            layer.BackThroughInput(OnlyGate, j, t, row, da);
            layer.BackThroughRecurrent(OnlyGate, j, before, dBefore, da);
        }
    }
}
