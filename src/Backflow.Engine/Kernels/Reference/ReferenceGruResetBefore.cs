namespace Backflow.Engine.Kernels.Reference;

/// <summary>
/// The twin of the GRU with reset before the recurrent product: r, z = σ(·);
/// n = tanh(W·xₜ + b_ih + R·(r·hₜ₋₁) + b_hh); hₜ = (1 − z)·hₜ₋₁ + z·n.
/// </summary>
/// <remarks>
/// Cho et al. 2014, "Learning phrase representations …", eq. 5–8, with z taking the new state as in Chung et al. 2014,
/// eq. 5. Gate order r, z, n.
/// </remarks>
internal sealed class ReferenceGruResetBefore : ReferenceCell
{
    private const int R = 0;
    private const int Z = 1;
    private const int N = 2;

    /// <summary>r·hₜ₋₁, the state that the candidate's product sees.</summary>
    private const int ResetState = 3;

    public override int Gates => 3;

    public override int KeptValues => 4;

    public override void Forward(ReferenceLayer layer, int t, int row)
    {
        ReadOnlySpan<double> before = layer.HiddenAt(t - 1, row);
        Span<double> reset = layer.KeptAt(t, row, ResetState);
        for (int j = 0; j < before.Length; j++)
        {
            double r = ReferenceActivations.Sigmoid(layer.InputSum(R, j, t, row) + layer.RecurrentSum(R, j, before));
            layer.KeptAt(t, row, R)[j] = r;
            reset[j] = r * before[j];
        }

        for (int j = 0; j < before.Length; j++)
        {
            double z = ReferenceActivations.Sigmoid(layer.InputSum(Z, j, t, row) + layer.RecurrentSum(Z, j, before));
            double n = ReferenceActivations.Tanh(layer.InputSum(N, j, t, row) + layer.RecurrentSum(N, j, reset));
            layer.KeptAt(t, row, Z)[j] = z;
            layer.KeptAt(t, row, N)[j] = n;

            // hₜ = (1 − z)·hₜ₋₁ + z·n
            layer.WriteHidden(t, row, j, ((1 - z) * before[j]) + (z * n));
        }
    }

    public override void Backward(ReferenceLayer layer, int t, int row)
    {
        ReadOnlySpan<double> before = layer.HiddenAt(t - 1, row);
        ReadOnlySpan<double> reset = layer.KeptAt(t, row, ResetState);
        ReadOnlySpan<double> dHidden = layer.DHiddenAt(t, row);
        Span<double> dBefore = layer.DHiddenAt(t - 1, row);
        double[] dReset = new double[before.Length];
        for (int j = 0; j < before.Length; j++)
        {
            double z = layer.KeptAt(t, row, Z)[j];
            double n = layer.KeptAt(t, row, N)[j];
            dBefore[j] += dHidden[j] * (1 - z);
            double dz = dHidden[j] * (n - before[j]) * ReferenceActivations.SigmoidDerivative(z);
            double dn = dHidden[j] * z * ReferenceActivations.TanhDerivative(n);
            layer.BackThroughInput(Z, j, t, row, dz);
            layer.BackThroughInput(N, j, t, row, dn);
            layer.BackThroughRecurrent(Z, j, before, dBefore, dz);
            layer.BackThroughRecurrent(N, j, reset, dReset, dn);
        }

        for (int j = 0; j < before.Length; j++)
        {
            double r = layer.KeptAt(t, row, R)[j];

            // ∂L/∂hₜ₋₁ += ∂L/∂(r·hₜ₋₁) · r,  ∂L/∂r = ∂L/∂(r·hₜ₋₁) · hₜ₋₁
            dBefore[j] += dReset[j] * r;
            double dr = dReset[j] * before[j] * ReferenceActivations.SigmoidDerivative(r);
            layer.BackThroughInput(R, j, t, row, dr);
            layer.BackThroughRecurrent(R, j, before, dBefore, dr);
        }
    }
}
