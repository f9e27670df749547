using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>Jₜ = diag(φ′(aₜ))·R. Derived in docs/mathematics/elman.md.</summary>
internal sealed class ElmanLinearisation : CellLinearisation
{
    private const int Slope = 0;

    private readonly CellActivation _activation;

    public ElmanLinearisation(LayerTrajectory trajectory, CellActivation activation)
        : base(trajectory, factors: 1)
    {
        _activation = activation;
    }

    /// <summary>∂L/∂hₜ₋₁ = ∂L/∂hₜ·diag(φ′)·R.</summary>
    protected override ScaledRows[] RecurrentTerms => [new(0, 0, Slope)];

    protected override ScaledRows[] InputTerms => RecurrentTerms;

    public override ReadOnlySpan<double> Kept(int t) => Factor(t, Slope);

    public override void StepJacobian(int t, Span<double> jacobian)
    {
        jacobian.Clear();
        AddScaledRecurrent(0, Factor(t, Slope), jacobian, HiddenSize);
    }

    protected override void Linearise(int t)
    {
        ReadOnlySpan<double> h = Trajectory.HiddenAt(t);
        Span<double> slope = Factor(t, Slope);
        for (int j = 0; j < h.Length; j++)
        {
            // φ′ in terms of h = φ(a)
            slope[j] = _activation.Slope(h[j]);
        }
    }
}
