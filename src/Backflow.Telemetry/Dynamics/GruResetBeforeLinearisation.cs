using System.Numerics.Tensors;
using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>The Jacobian of the GRU with reset before the product. Derived in docs/mathematics/gru.md.</summary>
internal sealed class GruResetBeforeLinearisation : CellLinearisation
{
    /// <summary>Factor 0 is ∂a_r by ∂(r ⊙ hₜ₋₁); 1 and 2 are ∂a_z and ∂a_n by ∂h.</summary>
    private const int Direct = 3;
    private const int Reset = 4;
    private const int R = (int)GruGate.Reset;
    private const int Z = (int)GruGate.Update;
    private const int N = (int)GruGate.Candidate;

    private readonly double[] _resetState;
    private ScaledRowsProduct? _candidate;

    public GruResetBeforeLinearisation(LayerTrajectory trajectory)
        : base(trajectory, factors: 5)
    {
        _resetState = new double[HiddenSize];
    }

    /// <summary>
    /// With d = ∂L/∂(r ⊙ hₜ₋₁): ∂L/∂hₜ₋₁ = ∂L/∂hₜ·(diag(1 − z) + diag(factor)·R_z) + d·(diag(r) + diag(factor)·R_r).
    /// </summary>
    protected override ScaledRows[] RecurrentTerms =>
    [
        new(0, Z, Z),
        new(0, ScaledRows.Identity, Direct),
        new(1, R, R),
        new(1, ScaledRows.Identity, Reset),
    ];

    protected override ScaledRows[] InputTerms => [new(0, Z, Z), new(0, N, N), new(1, R, R)];

    public override bool HasSecond => true;

    public override ReadOnlySpan<double> Kept(int t) => Factor(t, Direct);

    public override void StepJacobian(int t, Span<double> jacobian)
    {
        // M = diag(z(1 − n²))·R_n; J = diag(1 − z) + M·(diag(r) + diag(h·r(1 − r))·R_r) + diag(…)·R_z
        jacobian.Clear();
        int h = HiddenSize;
        double[] candidate = new double[h * h];
        double[] inner = new double[h * h];
        AddScaledRecurrent(N, Factor(t, N), candidate, h);
        AddScaledRecurrent(R, Factor(t, R), inner, h);
        AddScaledRecurrent(Z, Factor(t, Z), jacobian, h);
        for (int j = 0; j < h; j++)
        {
            inner[(j * h) + j] += Factor(t, Reset)[j];
            jacobian[(j * h) + j] += Factor(t, Direct)[j];
        }

        for (int j = 0; j < h; j++)
        {
            Span<double> row = jacobian.Slice(j * h, h);
            for (int k = 0; k < h; k++)
            {
                TensorPrimitives.MultiplyAdd<double>(inner.AsSpan(k * h, h), candidate[(j * h) + k], row, row);
            }
        }
    }

    public override void AddPath(
        int t, int gate, ReadOnlySpan<double> dHidden, ReadOnlySpan<double> dCarried, Span<double> dBefore)
    {
        if (gate == Z)
        {
            AddThroughRecurrent(Z, Factor(t, Z), dCarried, dBefore);
            return;
        }

        // ∂L/∂(r ⊙ hₜ₋₁): straight to hₜ₋₁ by the candidate's path, through r by the reset gate's.
        double[] dReset = new double[HiddenSize];
        AddThroughRecurrent(N, Factor(t, N), dCarried, dReset);
        if (gate == N)
        {
            TensorPrimitives.MultiplyAdd<double>(dReset, Factor(t, Reset), dBefore, dBefore);
        }
        else
        {
            AddThroughRecurrent(R, Factor(t, R), dReset, dBefore);
        }
    }

    public override void CompleteRows(int t, int begin, int end, ReverseRows rows)
    {
        // ∂L/∂(r ⊙ hₜ₋₁) = ∂L/∂hₜ·diag(z(1 − n²))·Rₙ
        _candidate ??= Trajectory.RecurrentProduct(new ScaledRows(0, N, N));
        _candidate.Multiply(
            rows.From(begin),
            rows.Stride,
            end - begin,
            FloatFactors(t),
            columnFactors: [],
            rows.From(begin)[rows.SecondOffset..],
            rows.Stride,
            accumulate: false);
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

        // n = tanh(W·x + b_in + R·(r ⊙ h) + b_hn)
        TensorPrimitives.Multiply(r, before, _resetState);
        Trajectory.InputSums(N, t, n);
        Trajectory.RecurrentSums(N, _resetState, recurrent);
        TensorPrimitives.Add(n, recurrent, n);
        TensorPrimitives.Tanh(n, n);
        Span<double> byReset = Factor(t, R);
        Span<double> byUpdate = Factor(t, Z);
        Span<double> byCandidate = Factor(t, N);
        Span<double> direct = Factor(t, Direct);
        for (int j = 0; j < before.Length; j++)
        {
            byReset[j] = before[j] * GateSlopes.SigmoidSlope(r[j]);
            byUpdate[j] = (n[j] - before[j]) * GateSlopes.SigmoidSlope(z[j]);
            byCandidate[j] = z[j] * GateSlopes.TanhSlope(n[j]);
            direct[j] = 1 - z[j];
        }

        r.CopyTo(Factor(t, Reset));
    }
}
