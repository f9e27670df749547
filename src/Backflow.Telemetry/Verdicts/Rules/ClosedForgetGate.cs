using System.Collections.Immutable;
using System.Numerics.Tensors;
using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>Rule <c>closed-forget-gate</c>: the gate that keeps the old state is shut, and memory ends there.</summary>
/// <remarks>
/// f of an LSTM, z of a GRU after PyTorch, 1 − z of a GRU with the reset before the product: the factor of the old
/// state.
/// </remarks>
internal sealed class ClosedForgetGate(MeasuredColumn column, VerdictState state)
    : VerdictRule(Description, column, state)
{
    public static RuleDescription Description { get; } = new()
    {
        Name = "closed-forget-gate",
        Severity = VerdictSeverity.Warning,
        Metric = GateStatistics.ShareBelowMetricName,
        FiresWhen = "share of forget gates below 0.1 (GRU: of the old state's factor) over units and timesteps > θ, "
            + "and the newest horizon is below half of the dependency (information where that is unknown)",
        Defaults = new RuleOptions(0.5, 20),
        Source = "own share; a gate counts as closed below 0.1 (Karpathy et al. 2015)",
        Proposes = "forget bias, chrono",
        Create = static (column, state) => column.IsRow && column.Layer is int layer
            && IsKeeping(state.Context.Cells[layer], column)
                ? new ClosedForgetGate(column, state) : null,
    };

    protected override string? Gate => Column.Label;

    // Text asks for what was read just before: a GRU that learns it closes many gates, and is right.
    protected override VerdictSeverity SeverityOf(in Finding finding) =>
        Context.DependencyLength is null ? VerdictSeverity.Information : VerdictSeverity.Warning;

    protected override Finding Judge(long step, ReadOnlySpan<float> values)
    {
        double share = TensorPrimitives.Average(values);
        return State.Remembers || IsOpenElsewhere
            ? Finding.Unknown
            : Finding.When(share > Threshold, share, TensorPrimitives.IndexOfMax(values));
    }

    // A gate that is closed in many units may be what was learnt: the others carry the memory, and the gradient says
    // so.
    private bool IsOpenElsewhere => Context.DependencyLength is not null && State.Reaches(Column.Layer!.Value);

    protected override string Meaning(in Finding finding) =>
        $"{NumberText.Share(finding.Value)} of the gates that keep the old state are closed: every timestep wipes "
        + "most of the memory, and of the gradient with it.";

    protected override ImmutableArray<Remedy> Proposals() => Context.Cells[Column.Layer!.Value].ForgetBias is not null
        ? [Remedies.ForgetBias(1), Remedies.ForgetBias(3), Remedies.Chrono(Context)]
        : [Remedies.Chrono(Context), Remedies.SmallerRate(Context, 10)];

    // Where the gate's complement keeps the old state, an open gate is what wipes it.
    private static bool IsKeeping(CellDescription cell, MeasuredColumn column) => cell.Keep is KeepGate keep
        && column.Label == cell.GateNames[keep.Gate]
        && column.Metric
            == (keep.KeepsWhenOpen ? GateStatistics.ShareBelowMetricName : GateStatistics.ShareAboveMetricName);
}
