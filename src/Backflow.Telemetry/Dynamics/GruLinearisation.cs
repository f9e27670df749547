using System.Numerics.Tensors;
using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>The Jacobian of the GRU with reset after the product. Derived in docs/mathematics/gru.md.</summary>
internal sealed class GruLinearisation : CellLinearisation
{
    /// <summary>Factors 0 to 2 are ∂a_r, ∂a_z and ∂(R·h + b_hn) by ∂h, in the gates' order.</summary>
    private const int Direct = 3;
    private const int InputCandidate = 4;
    private const int Gates = 3;
    private const int R = (int)GruGate.Reset;
    private const int Z = (int)GruGate.Update;
    private const int N = (int)GruGate.Candidate;

    public GruLinearisation(LayerTrajectory trajectory)
        : base(trajectory, factors: 5)
    {
    }

    /// <summary>∂L/∂hₜ₋₁ = ∂L/∂hₜ·(diag(z) + Σ diag(factor)·R_gate).</summary>
    protected override ScaledRows[] RecurrentTerms =>
        [new(0, R, R), new(0, Z, Z), new(0, N, N), new(0, ScaledRows.Identity, Direct)];

    protected override ScaledRows[] InputTerms => [new(0, R, R), new(0, Z, Z), new(0, N, InputCandidate)];

    public override ReadOnlySpan<double> Kept(int t) => Factor(t, Direct);

    public override void StepJacobian(int t, Span<double> jacobian)
    {
        jacobian.Clear();
        for (int gate = 0; gate < Gates; gate++)
        {
            AddScaledRecurrent(gate, Factor(t, gate), jacobian, HiddenSize);
        }

        for (int j = 0; j < HiddenSize; j++)
        {
            jacobian[(j * HiddenSize) + j] += Factor(t, Direct)[j];
        }
    }

    protected override void Linearise(int t)
    {
        ReadOnlySpan<double> before = Trajectory.HiddenAt(t - 1);
        Span<double> r = PreActivation(R, t);
        Span<double> z = PreActivation(Z, t);
        Span<double> n = Scratch(N);
        Span<double> recurrent = Scratch(LargestGates);
        TensorPrimitives.Sigmoid(r, r);
        TensorPrimitives.Sigmoid(z, z);
        Trajectory.InputSums(N, t, n);
        Trajectory.RecurrentSums(N, t, recurrent);

        // n = tanh(W·x + b_in + r ⊙ (R·h + b_hn))
        TensorPrimitives.MultiplyAdd(r, recurrent, n, n);
        TensorPrimitives.Tanh(n, n);
        Span<double> byReset = Factor(t, R);
        Span<double> byUpdate = Factor(t, Z);
        Span<double> byCandidate = Factor(t, N);
        Span<double> inputCandidate = Factor(t, InputCandidate);
        for (int j = 0; j < before.Length; j++)
        {
            double candidate = (1 - z[j]) * GateSlopes.TanhSlope(n[j]);
            byReset[j] = candidate * recurrent[j] * GateSlopes.SigmoidSlope(r[j]);
            byUpdate[j] = (before[j] - n[j]) * GateSlopes.SigmoidSlope(z[j]);
            byCandidate[j] = candidate * r[j];
            inputCandidate[j] = candidate;
        }

        z.CopyTo(Factor(t, Direct));
    }
}
