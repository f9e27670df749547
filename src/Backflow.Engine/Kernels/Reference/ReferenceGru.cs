namespace Backflow.Engine.Kernels.Reference;

/// <summary>
/// The twin of the GRU with reset after the recurrent product: r, z = σ(·); n = tanh(W·xₜ + b_in + r·(R·hₜ₋₁ + b_hn));
/// hₜ = (1 − z)·n + z·hₜ₋₁.
/// </summary>
/// <remarks>PyTorch's and cuDNN's convention; z keeps the old state. Gate order r, z, n.</remarks>
internal sealed class ReferenceGru : ReferenceCell
{
    private const int R = 0;
    private const int Z = 1;
    private const int N = 2;

    /// <summary>R·hₜ₋₁ + b_hn, which the reset gate scales.</summary>
    private const int RecurrentN = 3;

    public override int Gates => 3;

    public override int KeptValues => 4;

    public override void Forward(ReferenceLayer layer, int t, int row)
    {
        ReadOnlySpan<double> before = layer.HiddenAt(t - 1, row);
        for (int j = 0; j < before.Length; j++)
        {
            double r = ReferenceActivations.Sigmoid(layer.InputSum(R, j, t, row) + layer.RecurrentSum(R, j, before));
            double z = ReferenceActivations.Sigmoid(layer.InputSum(Z, j, t, row) + layer.RecurrentSum(Z, j, before));
            double recurrent = layer.RecurrentSum(N, j, before);
            double n = ReferenceActivations.Tanh(layer.InputSum(N, j, t, row) + (r * recurrent));
            layer.KeptAt(t, row, R)[j] = r;
            layer.KeptAt(t, row, Z)[j] = z;
            layer.KeptAt(t, row, N)[j] = n;
            layer.KeptAt(t, row, RecurrentN)[j] = recurrent;

            // hₜ = (1 − z)·n + z·hₜ₋₁
            layer.WriteHidden(t, row, j, ((1 - z) * n) + (z * before[j]));
        }
    }

    public override void Backward(ReferenceLayer layer, int t, int row)
    {
        ReadOnlySpan<double> before = layer.HiddenAt(t - 1, row);
        ReadOnlySpan<double> dHidden = layer.DHiddenAt(t, row);
        Span<double> dBefore = layer.DHiddenAt(t - 1, row);
        for (int j = 0; j < before.Length; j++)
        {
            double r = layer.KeptAt(t, row, R)[j];
            double z = layer.KeptAt(t, row, Z)[j];
            double n = layer.KeptAt(t, row, N)[j];
            double recurrent = layer.KeptAt(t, row, RecurrentN)[j];

            // ∂L/∂hₜ₋₁ += ∂L/∂hₜ · z: the direct path; the gates add the rest.
            dBefore[j] += dHidden[j] * z;

            double dn = dHidden[j] * (1 - z) * ReferenceActivations.TanhDerivative(n);
            double dz = dHidden[j] * (before[j] - n) * ReferenceActivations.SigmoidDerivative(z);
            double dr = dn * recurrent * ReferenceActivations.SigmoidDerivative(r);
            layer.BackThroughInput(R, j, t, row, dr);
            layer.BackThroughInput(Z, j, t, row, dz);
            layer.BackThroughInput(N, j, t, row, dn);
            layer.BackThroughRecurrent(R, j, before, dBefore, dr);
            layer.BackThroughRecurrent(Z, j, before, dBefore, dz);

            // ∂L/∂(R·hₜ₋₁ + b_hn) = ∂L/∂aₙ · r
            layer.BackThroughRecurrent(N, j, before, dBefore, dn * r);
        }
    }
}
