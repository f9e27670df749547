using System.Numerics.Tensors;
using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>Jₜ = diag(φ′(aₜ))·R. Derived in docs/mathematics/elman.md.</summary>
internal sealed class ElmanLinearisation : CellLinearisation
{
    private const int Slope = 0;

    private readonly PackedMatrix _recurrent;

    public ElmanLinearisation(LayerTrajectory trajectory)
        : base(trajectory, factors: 1)
    {
        _recurrent = PackRecurrent(0, 1);
    }

    public override ReadOnlySpan<double> Kept(int t) => Factor(t, Slope);

    public override void StepJacobian(int t, Span<double> jacobian)
    {
        jacobian.Clear();
        AddScaledRecurrent(0, Factor(t, Slope), jacobian, HiddenSize);
    }

    public override void PullBack(int t, int begin, int end, ReverseRows rows)
    {
        for (int loss = begin; loss < end; loss++)
        {
            // ∂L/∂aₜ = ∂L/∂hₜ ⊙ φ′(aₜ)
            TensorPrimitives.Multiply(rows.Hidden(loss), FloatFactor(t, Slope), rows.Gate(loss, 0));
        }

        _recurrent.Multiply(
            rows.DGate.AsSpan(begin * rows.GateStride),
            rows.GateStride,
            end - begin,
            rows.DBefore.AsSpan(begin * rows.Stride),
            accumulate: false);
    }

    protected override void Linearise(int t)
    {
        ReadOnlySpan<double> h = Trajectory.HiddenAt(t + 1);
        Span<double> slope = Factor(t, Slope);
        for (int j = 0; j < h.Length; j++)
        {
            // φ′ in terms of h = φ(a)
            slope[j] = Trajectory.Cell switch
            {
                CellKind.RnnTanh => 1 - (h[j] * h[j]),
                CellKind.RnnSigmoid => h[j] * (1 - h[j]),
                _ => h[j] > 0 ? 1 : 0,
            };
        }
    }
}
