using System.Collections.Immutable;
using System.Numerics.Tensors;

namespace Backflow.Telemetry;

/// <summary>Rule <c>vanishing-gradient</c>: the whole gradient, or all that a layer gets of it, is too small to move
/// anything.</summary>
/// <remarks>
/// The whole gradient contains the head's, whose bias always gets something from a random batch; a layer is judged by
/// its own states, and by the timestep that gets most.
/// </remarks>
internal sealed class VanishingGradient(MeasuredColumn column, VerdictState state)
    : VerdictRule(Description, column, state)
{
    public static RuleDescription Description { get; } = new()
    {
        Name = "vanishing-gradient",
        Severity = VerdictSeverity.Warning,
        Metric = ClippedStepShare.NormMetricName,
        FiresWhen = "norm of all gradients, or a layer's largest norm over timesteps (of an LSTM, at h and at c), "
            + "< θ while the loss is above a tenth of the first",
        Defaults = new RuleOptions(1e-6, 20),
        Source = "common practice; SageMaker Debugger takes a mean of 1e-7 per element",
        Proposes = "tanh for a sigmoid, orthogonal start, PyTorch's start, fewer layers",
        Create = static (column, state) => column is { IsRow: false, Metric: ClippedStepShare.NormMetricName }
            || IsOfState(column, state.Context) ? new VanishingGradient(column, state) : null,
    };

    protected override Finding Judge(long step, double value) =>
        State.IsSolved ? Finding.Unknown : Finding.When(value < Threshold, value);

    // An LSTM's layer gets a gradient at h and at c. That of c is 0 where its cells are saturated, and the one that
    // arrives at h moves the weights all the same: the larger one counts, when h has come.
    protected override Finding Judge(long step, ReadOnlySpan<float> values)
    {
        int layer = Column.Layer!.Value;
        double largest = TensorPrimitives.Max(values);
        if (Column.Metric == CellGradientNorm.MetricName)
        {
            State.CellGradients[layer] = largest;
            return Finding.Unknown;
        }

        return Judge(step, Math.Max(largest, State.CellGradients[layer]));
    }

    // What is 0 did not shrink: it was cut off, or is too small for a float.
    protected override string Meaning(in Finding finding) => finding.Value == 0 ? MeaningOfZero
        : Layer is int layer
        ? $"At no timestep does layer {layer} get a gradient{OfStates} above {NumberText.Of(finding.Value)}, although "
            + "there is still much to learn."
        : $"All gradients together have a norm of {NumberText.Of(finding.Value)}, although there is still much to "
            + "learn.";

    private string MeaningOfZero => Layer is int layer
        ? $"The gradient of layer {layer}{OfStates} is exactly 0 at every timestep, although there is still much to "
            + "learn: something cuts it off, such as units that are all inactive or saturated."
        : "All gradients together are exactly 0, although there is still much to learn: something cuts them off, such "
            + "as units that are all inactive or saturated.";

    private static bool IsOfState(MeasuredColumn column, VerdictContext context) => column.IsRow
        && column.Layer is int layer && layer < context.Cells.Length
        && (column.Metric == TotalGradientNorm.MetricName
            || (column.Metric == CellGradientNorm.MetricName && context.Cells[layer].HasCellState));

    // The name of what is small: an LSTM's layer has two states, and both were looked at.
    private string OfStates =>
        Context.Cells[Layer ?? 0].HasCellState ? " of its hidden or cell state" : string.Empty;

    protected override ImmutableArray<Remedy> Proposals() => [.. Remedies.ThroughLayers(Context)];
}
