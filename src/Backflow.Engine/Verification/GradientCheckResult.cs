using System.Collections.Immutable;

namespace Backflow.Engine.Verification;

/// <summary>The entries of one tensor whose gradient was measured by differences.</summary>
/// <param name="Tensor">The tensor: a parameter, <c>x</c>, <c>h0_l0</c>, <c>c0_l0</c>, or the states <c>h_l0</c>,
/// <c>c_l0</c>.</param>
/// <param name="Entries">How many entries it has.</param>
/// <param name="Checked">Entries measured.</param>
/// <param name="Kinks">Entries left out because every step around them crosses a kink of ReLU.</param>
/// <param name="Worst">The entry where differences and backward pass disagree most.</param>
public sealed record DifferenceComparison(string Tensor, int Entries, int Checked, int Kinks, TensorDeviation Worst);

/// <summary>What a gradient check found.</summary>
/// <param name="Options">What was run.</param>
/// <param name="Differences">Central differences against the twin's backward pass, tensor by tensor.</param>
/// <param name="Single">The float engine against the double twin, tensor by tensor.</param>
public sealed record GradientCheckResult(
    GradientCheckOptions Options,
    ImmutableArray<DifferenceComparison> Differences,
    ImmutableArray<TensorDeviation> Single)
{
    /// <summary>The cells, from the input upwards; one name where all layers are alike.</summary>
    public string Cells => string.Join(
        " → ", Options.Network.Layers.Select(static layer => layer.Cell.Name).Distinct());

    /// <summary>Entries whose gradient was measured by differences.</summary>
    public int EntriesChecked => Differences.Sum(static tensor => tensor.Checked);

    /// <summary>Entries left out because every step around them crosses a kink of ReLU.</summary>
    public int Kinks => Differences.Sum(static tensor => tensor.Kinks);

    /// <summary>Where differences (actual) and the twin's backward pass (expected) disagree most.</summary>
    public TensorDeviation WorstDifference =>
        Differences.Select(static tensor => tensor.Worst).MaxBy(static worst => worst.Deviation);

    /// <summary>Where the float engine (actual) and the twin (expected) disagree most.</summary>
    public TensorDeviation WorstSingle => Single.MaxBy(static worst => worst.Deviation);

    /// <summary>What the float engine may deviate at these sizes.</summary>
    public double SingleTolerance => GradientCheck.SingleToleranceOf(Options);

    /// <summary>
    /// Whether both lie within their tolerances, and no more than a tenth of the entries was left out.
    /// </summary>
    public bool Passed =>
        WorstDifference.Deviation <= GradientCheck.DifferenceTolerance
        && WorstSingle.Deviation <= SingleTolerance
        && Kinks * 10 <= EntriesChecked + Kinks;
}
