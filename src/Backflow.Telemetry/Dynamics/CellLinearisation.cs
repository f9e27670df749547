using System.Numerics.Tensors;
using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>The derivative of one timestep of a cell along a trajectory, as factors of its weights.</summary>
/// <remarks>
/// Each cell is linear in the gradients that come back: ∂L/∂a is ∂L/∂h (or ∂L/∂c) times one factor per unit, and
/// ∂L/∂hₜ₋₁ is dA·R plus the direct path. The factors of all timesteps are computed once, in double; a whole batch of
/// gradients then shares them, and the sum over gates, Σ diag(factor)·R_gate, is taken once per timestep. Derived in
/// docs/mathematics: elman.md, lstm.md, gru.md.
/// </remarks>
internal abstract class CellLinearisation
{
    /// <summary>Scratch slots 0 to 3 are gates; two more are free.</summary>
    protected const int LargestGates = 4;

    private readonly double[] _factors;
    private readonly float[] _floatFactors;
    private readonly double[] _scratch;

    protected CellLinearisation(LayerTrajectory trajectory, int factors)
    {
        Trajectory = trajectory;
        HiddenSize = trajectory.HiddenSize;
        FactorCount = factors;
        _factors = GC.AllocateUninitializedArray<double>(trajectory.SequenceLength * factors * HiddenSize);
        _floatFactors = GC.AllocateUninitializedArray<float>(_factors.Length);
        _scratch = new double[(LargestGates + 2) * HiddenSize];
    }

    /// <summary>Units, H.</summary>
    public int HiddenSize { get; }

    protected LayerTrajectory Trajectory { get; }

    /// <summary>
    /// ∂L/∂hₜ₋₁ as product of the rows of <see cref="ReverseRows"/>: what of R is scaled by which factor.
    /// </summary>
    protected abstract ScaledRows[] RecurrentTerms { get; }

    /// <summary>∂L/∂xₜ likewise, with W.</summary>
    protected abstract ScaledRows[] InputTerms { get; }

    private int FactorCount { get; }

    /// <summary>Linearises every timestep of a trajectory, in double.</summary>
    /// <exception cref="NotMeasuredException">A registered cell without a twin has no linearisation.</exception>
    public static CellLinearisation Of(LayerTrajectory trajectory)
    {
        CellLinearisation linearisation = Linearisations.Of(trajectory);
        for (int t = 0; t < trajectory.SequenceLength; t++)
        {
            linearisation.Linearise(t);
        }

        TensorPrimitives.ConvertTruncating<double, float>(linearisation._factors, linearisation._floatFactors);

        return linearisation;
    }

    /// <summary>∂(state after t)/∂(state before t), the state being h, or (h, c) for the LSTM.</summary>
    /// <param name="t">The timestep.</param>
    /// <param name="jacobian">[S, S], row-major, overwritten.</param>
    public abstract void StepJacobian(int t, Span<double> jacobian);

    /// <summary>What the gradient is multiplied by, element by element: φ′ of an Elman network, or the gate that keeps
    /// the old state, [H].</summary>
    public abstract ReadOnlySpan<double> Kept(int t);

    /// <summary>Adds what reaches hₜ₋₁ through one gate's recurrent weights, in double.</summary>
    /// <param name="t">The timestep.</param>
    /// <param name="gate">The gate in PyTorch's order; 0 for an Elman network.</param>
    /// <param name="dHidden">∂L/∂hₜ, [H].</param>
    /// <param name="dCarried">Total ∂L/∂cₜ of an LSTM, else ∂L/∂hₜ, [H].</param>
    /// <param name="dBefore">∂L/∂hₜ₋₁, [H], added to.</param>
    public virtual void AddPath(
        int t, int gate, ReadOnlySpan<double> dHidden, ReadOnlySpan<double> dCarried, Span<double> dBefore) =>
        AddThroughRecurrent(gate, Factor(t, gate), dCarried, dBefore);

    /// <summary>Whether ∂L/∂cₜ carries the memory, and not ∂L/∂hₜ.</summary>
    public virtual bool CarriesCellState => false;

    /// <summary>∂hₜ/∂cₜ, [H], of a cell with a cell state.</summary>
    public virtual ReadOnlySpan<double> HiddenToCellFactor(int t) => [];

    /// <summary>Whether a row holds a second gradient beside ∂L/∂hₜ.</summary>
    public virtual bool HasSecond => false;

    /// <summary>Makes the second gradient from ∂L/∂hₜ, and from the second one of the timestep after.</summary>
    public virtual void CompleteRows(int t, int begin, int end, ReverseRows rows)
    {
    }

    /// <summary>All factors of one timestep, [factors, H], rounded to float.</summary>
    public ReadOnlySpan<float> FloatFactors(int t) =>
        _floatFactors.AsSpan(t * FactorCount * HiddenSize, FactorCount * HiddenSize);

    /// <summary>Makes ∂L/∂hₜ₋₁ from the rows.</summary>
    public ScaledRowsProduct RecurrentProduct() => Trajectory.RecurrentProduct(RecurrentTerms);

    /// <summary>Makes ∂L/∂xₜ from the rows.</summary>
    public ScaledRowsProduct InputProduct() => Trajectory.InputProduct(InputTerms);

    /// <summary>Room for one number per unit, [H].</summary>
    protected Span<double> Scratch(int slot) => _scratch.AsSpan(slot * HiddenSize, HiddenSize);

    /// <summary>W·xₜ + b_ih + R·hₜ₋₁ + b_hh of one gate, into scratch.</summary>
    protected Span<double> PreActivation(int gate, int t)
    {
        Span<double> sums = Scratch(gate);
        Span<double> recurrent = Scratch(LargestGates);
        Trajectory.InputSums(gate, t, sums);
        Trajectory.RecurrentSums(gate, t, recurrent);
        TensorPrimitives.Add(sums, recurrent, sums);
        return sums;
    }

    /// <summary>Computes the factors of one timestep.</summary>
    protected abstract void Linearise(int t);

    /// <summary>One factor of all units at one timestep, [H].</summary>
    protected Span<double> Factor(int t, int factor) =>
        _factors.AsSpan(((t * FactorCount) + factor) * HiddenSize, HiddenSize);

    /// <summary>One factor of all units at one timestep, [H], rounded to float.</summary>
    protected ReadOnlySpan<float> FloatFactor(int t, int factor) =>
        FloatFactors(t).Slice(factor * HiddenSize, HiddenSize);

    /// <summary>dBefore += R_gateᵀ·(d ⊙ factor).</summary>
    protected void AddThroughRecurrent(
        int gate, ReadOnlySpan<double> factor, ReadOnlySpan<double> d, Span<double> dBefore)
    {
        int h = HiddenSize;
        for (int j = 0; j < h; j++)
        {
            ReadOnlySpan<double> r = Trajectory.RecurrentWeights.AsSpan(((gate * h) + j) * h, h);
            TensorPrimitives.MultiplyAdd(r, d[j] * factor[j], dBefore, dBefore);
        }
    }

    /// <summary>block[j, k] += factor[j]·R_gate[j, k], where the block begins at some column of a wider
    /// matrix.</summary>
    protected void AddScaledRecurrent(int gate, ReadOnlySpan<double> factor, Span<double> block, int stride)
    {
        int h = HiddenSize;
        for (int j = 0; j < h; j++)
        {
            ReadOnlySpan<double> r = Trajectory.RecurrentWeights.AsSpan(((gate * h) + j) * h, h);
            Span<double> target = block.Slice(j * stride, h);
            TensorPrimitives.MultiplyAdd(r, factor[j], target, target);
        }
    }
}
