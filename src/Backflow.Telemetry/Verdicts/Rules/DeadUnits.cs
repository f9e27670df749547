using System.Collections.Immutable;
using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>Rule <c>dead-units</c>: ReLU units that are never above 0 get no gradient and stay dead.</summary>
internal sealed class DeadUnits(MeasuredColumn column, VerdictState state)
    : VerdictRule(Description, column, state)
{
    public static RuleDescription Description { get; } = new()
    {
        Name = "dead-units",
        Severity = VerdictSeverity.Warning,
        Metric = UnitStatistics.DeadShareMetricName,
        FiresWhen = "share of ReLU units that are 0 in more than 99 % of timesteps and sequences > θ",
        Defaults = new RuleOptions(0.5, 20),
        Source = "SageMaker Debugger: 50 % of units",
        Proposes = "smaller learning rate, tanh, PyTorch's start",
        Create = static (column, state) => column is { IsRow: false, Metric: UnitStatistics.DeadShareMetricName }
            && state.Context.Cells[column.Layer ?? 0] == CellKind.RnnRelu ? new DeadUnits(column, state) : null,
    };

    protected override Finding Judge(long step, double value) => Finding.When(value > Threshold, value);

    protected override string Meaning(in Finding finding) =>
        $"{Cures.Text(100 * finding.Value)} % of the units are 0 at every timestep: no gradient passes them and "
        + "nothing brings them back.";

    protected override ImmutableArray<Remedy> Remedies() =>
        [Cures.SmallerRate(Context, 10), Cures.Tanh(Context), Cures.DefaultStart(Context)];
}
