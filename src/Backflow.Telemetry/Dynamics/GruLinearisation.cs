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

    private readonly PackedMatrix _recurrent;

    public GruLinearisation(LayerTrajectory trajectory)
        : base(trajectory, factors: 5)
    {
        _recurrent = PackRecurrent(0, Gates);
    }

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

    public override void PullBack(int t, int begin, int end, ReverseRows rows)
    {
        for (int loss = begin; loss < end; loss++)
        {
            for (int gate = 0; gate < Gates; gate++)
            {
                TensorPrimitives.Multiply(rows.Hidden(loss), FloatFactor(t, gate), rows.Gate(loss, gate));
            }

            // ∂L/∂hₜ₋₁ = ∂L/∂hₜ ⊙ z + dA·R
            TensorPrimitives.Multiply(rows.Hidden(loss), FloatFactor(t, Direct), rows.Before(loss));
        }

        _recurrent.Multiply(
            rows.DGate.AsSpan(begin * rows.GateStride),
            rows.GateStride,
            end - begin,
            rows.DBefore.AsSpan(begin * rows.Stride),
            accumulate: true);
    }

    public override void MakeInputSide(int t, int begin, int end, ReverseRows rows)
    {
        for (int loss = begin; loss < end; loss++)
        {
            TensorPrimitives.Multiply(rows.Hidden(loss), FloatFactor(t, InputCandidate), rows.Gate(loss, N));
        }
    }

    protected override void Linearise(int t)
    {
        ReadOnlySpan<double> before = Trajectory.HiddenAt(t);
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
