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
        for (int j = 0; j < before.Length; j++)
        {
            double r = GateActivations.Sigmoid(Trajectory.InputSum(R, j, t) + Trajectory.RecurrentSum(R, j, before));
            double z = GateActivations.Sigmoid(Trajectory.InputSum(Z, j, t) + Trajectory.RecurrentSum(Z, j, before));
            double recurrent = Trajectory.RecurrentSum(N, j, before);
            double n = Math.Tanh(Trajectory.InputSum(N, j, t) + (r * recurrent));
            double candidate = (1 - z) * GateActivations.TanhSlope(n);
            Factor(t, R)[j] = candidate * recurrent * GateActivations.SigmoidSlope(r);
            Factor(t, Z)[j] = (before[j] - n) * GateActivations.SigmoidSlope(z);
            Factor(t, N)[j] = candidate * r;
            Factor(t, Direct)[j] = z;
            Factor(t, InputCandidate)[j] = candidate;
        }
    }
}
