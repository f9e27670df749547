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

    private readonly PackedMatrix _resetAndUpdate;
    private readonly PackedMatrix _candidate;
    private readonly double[] _resetState;
    private float[] _dReset = [];

    public GruResetBeforeLinearisation(LayerTrajectory trajectory)
        : base(trajectory, factors: 5)
    {
        _resetAndUpdate = PackRecurrent(R, 2);
        _candidate = PackRecurrent(N, 1);
        _resetState = new double[HiddenSize];
    }

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

    public override void PullBack(int t, int begin, int end, ReverseRows rows)
    {
        if (_dReset.Length < rows.DHidden.Length)
        {
            _dReset = new float[rows.DHidden.Length];
        }

        for (int loss = begin; loss < end; loss++)
        {
            TensorPrimitives.Multiply(rows.Hidden(loss), FloatFactor(t, Z), rows.Gate(loss, Z));
            TensorPrimitives.Multiply(rows.Hidden(loss), FloatFactor(t, N), rows.Gate(loss, N));
            TensorPrimitives.Multiply(rows.Hidden(loss), FloatFactor(t, Direct), rows.Before(loss));
        }

        // ∂L/∂(r ⊙ hₜ₋₁) = ∂L/∂aₙ·Rₙ
        _candidate.Multiply(
            rows.DGate.AsSpan((begin * rows.GateStride) + (N * HiddenSize)),
            rows.GateStride,
            end - begin,
            _dReset.AsSpan(begin * rows.Stride),
            accumulate: false);
        for (int loss = begin; loss < end; loss++)
        {
            ReadOnlySpan<float> dReset = _dReset.AsSpan(loss * rows.Stride, HiddenSize);
            TensorPrimitives.Multiply(dReset, FloatFactor(t, R), rows.Gate(loss, R));
            TensorPrimitives.MultiplyAdd(dReset, FloatFactor(t, Reset), rows.Before(loss), rows.Before(loss));
        }

        _resetAndUpdate.Multiply(
            rows.DGate.AsSpan(begin * rows.GateStride),
            rows.GateStride,
            end - begin,
            rows.DBefore.AsSpan(begin * rows.Stride),
            accumulate: true);
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
