using System.Numerics.Tensors;
using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>The 2H×2H Jacobian of (h, c). Derived in docs/mathematics/lstm.md, "The whole Jacobian".</summary>
internal sealed class LstmLinearisation : CellLinearisation
{
    /// <summary>Factors 0 to 3 are ∂aᵢ, ∂a_f, ∂a_g by ∂c, and ∂a_o by ∂h, in the gates' order.</summary>
    private const int HiddenToCell = 4;
    private const int CellToCell = 5;
    private const int ForgetGate = (int)LstmGate.Forget;
    private const int OutputGate = (int)LstmGate.Output;

    public LstmLinearisation(LayerTrajectory trajectory)
        : base(trajectory, factors: 6)
    {
    }

    /// <summary>∂L/∂hₜ₋₁ = ∂L/∂hₜ·diag(factor)·R_o + ∂L/∂cₜ·Σ diag(factor)·R_gate over the other gates.</summary>
    protected override ScaledRows[] RecurrentTerms =>
    [
        new(0, OutputGate, OutputGate),
        new(1, (int)LstmGate.Input, (int)LstmGate.Input),
        new(1, ForgetGate, ForgetGate),
        new(1, (int)LstmGate.Candidate, (int)LstmGate.Candidate),
    ];

    protected override ScaledRows[] InputTerms => RecurrentTerms;

    public override bool HasSecond => true;

    public override bool CarriesCellState => true;

    public override ReadOnlySpan<double> Kept(int t) => Factor(t, CellToCell);

    /// <summary>∂hₜ/∂cₜ = o ⊙ (1 − tanh²(cₜ)), [H].</summary>
    public override ReadOnlySpan<double> HiddenToCellFactor(int t) => Factor(t, HiddenToCell);

    public override void StepJacobian(int t, Span<double> jacobian)
    {
        jacobian.Clear();
        int h = HiddenSize;
        int stride = 2 * h;

        // ∂cₜ/∂hₜ₋₁ below, then ∂hₜ/∂hₜ₋₁ = diag(o(1 − s²))·∂cₜ/∂hₜ₋₁ + diag(s·o(1 − o))·R_o above it.
        Span<double> lower = jacobian[(h * stride)..];
        for (int gate = 0; gate < OutputGate; gate++)
        {
            AddScaledRecurrent(gate, Factor(t, gate), lower, stride);
        }

        for (int j = 0; j < h; j++)
        {
            lower[(j * stride) + h + j] = Factor(t, CellToCell)[j];
            TensorPrimitives.Multiply(
                lower.Slice(j * stride, stride), Factor(t, HiddenToCell)[j], jacobian.Slice(j * stride, stride));
        }

        AddScaledRecurrent(OutputGate, Factor(t, OutputGate), jacobian, stride);
    }

    public override void AddPath(
        int t, int gate, ReadOnlySpan<double> dHidden, ReadOnlySpan<double> dCarried, Span<double> dBefore) =>
        AddThroughRecurrent(gate, Factor(t, gate), gate == OutputGate ? dHidden : dCarried, dBefore);

    public override void CompleteRows(int t, int begin, int end, ReverseRows rows)
    {
        // The last timestep has none after it: its rows begin with zeros.
        int later = Math.Min(t + 1, Trajectory.SequenceLength - 1);
        ReadOnlySpan<float> forget = FloatFactor(later, CellToCell);
        ReadOnlySpan<float> hiddenToCell = FloatFactor(t, HiddenToCell);
        for (int loss = begin; loss < end; loss++)
        {
            // ∂L/∂cₜ = ∂L/∂cₜ₊₁ ⊙ fₜ₊₁ + ∂L/∂hₜ ⊙ o ⊙ (1 − tanh²(cₜ))
            Span<float> cell = rows.Second(loss);
            TensorPrimitives.Multiply(rows.Hidden(loss), hiddenToCell, cell);
            TensorPrimitives.MultiplyAdd(rows.LaterSecond(loss), forget, cell, cell);
        }
    }

    protected override void Linearise(int t)
    {
        ReadOnlySpan<double> cBefore = Trajectory.CellAt(t - 1);
        Span<double> i = Activated((int)LstmGate.Input, t);
        Span<double> f = Activated(ForgetGate, t);
        Span<double> g = PreActivation((int)LstmGate.Candidate, t);
        Span<double> o = Activated(OutputGate, t);
        Span<double> squashed = Scratch(LargestGates);
        TensorPrimitives.Tanh(g, g);
        TensorPrimitives.Tanh(Trajectory.CellAt(t), squashed);
        Span<double> byInput = Factor(t, (int)LstmGate.Input);
        Span<double> byForget = Factor(t, ForgetGate);
        Span<double> byCandidate = Factor(t, (int)LstmGate.Candidate);
        Span<double> byOutput = Factor(t, OutputGate);
        Span<double> hiddenToCell = Factor(t, HiddenToCell);
        for (int j = 0; j < i.Length; j++)
        {
            byInput[j] = g[j] * GateSlopes.SigmoidSlope(i[j]);
            byForget[j] = cBefore[j] * GateSlopes.SigmoidSlope(f[j]);
            byCandidate[j] = i[j] * GateSlopes.TanhSlope(g[j]);
            byOutput[j] = squashed[j] * GateSlopes.SigmoidSlope(o[j]);
            hiddenToCell[j] = o[j] * GateSlopes.TanhSlope(squashed[j]);
        }

        f.CopyTo(Factor(t, CellToCell));
    }

    private Span<double> Activated(int gate, int t)
    {
        Span<double> values = PreActivation(gate, t);
        TensorPrimitives.Sigmoid(values, values);
        return values;
    }
}
