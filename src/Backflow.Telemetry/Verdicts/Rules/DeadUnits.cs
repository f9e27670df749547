using System.Collections.Immutable;

namespace Backflow.Telemetry;

/// <summary>Rule <c>dead-units</c>: ReLU units that are never above 0 get no gradient and stay dead.</summary>
internal sealed class DeadUnits(MeasuredColumn column, VerdictState state)
    : VerdictRule(Description, column, state)
{
    private const int FirstSteps = 10;

    private bool _isDeadAtOnce;

    public static RuleDescription Description { get; } = new()
    {
        Name = "dead-units",
        Severity = VerdictSeverity.Warning,
        Metric = UnitStatistics.DeadShareMetricName,
        FiresWhen = "share of ReLU units that are 0 in more than 99 % of timesteps and sequences > θ",
        Defaults = new RuleOptions(0.5, 20),
        Source = "SageMaker Debugger: 50 % of units",
        Proposes = "PyTorch's start where they die in the first 10 steps, tanh, smaller learning rate",
        Create = static (column, state) => column is { IsRow: false, Metric: UnitStatistics.DeadShareMetricName }
            && state.Context.Cells[column.Layer ?? 0].StateActivation.Dies ? new DeadUnits(column, state) : null,
    };

    protected override Finding Judge(long step, double value)
    {
        _isDeadAtOnce |= step <= FirstSteps && value > Threshold;
        return Finding.When(value > Threshold, value);
    }

    protected override string Meaning(in Finding finding) =>
        $"{NumberText.Share(finding.Value)} of the units are 0 at every timestep: no gradient passes them and "
        + "nothing brings them back.";

    // What is dead after a few steps has begun badly; what dies later was thrown there.
    protected override ImmutableArray<Remedy> Proposals() => _isDeadAtOnce
        ? [Remedies.DefaultStart(), Remedies.Tanh(), Remedies.SmallerRate(Context, 10)]
        : [Remedies.SmallerRate(Context, 10), Remedies.Tanh(), Remedies.DefaultStart()];
}
