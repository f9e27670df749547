using System.Collections.Immutable;

namespace Backflow.Telemetry;

/// <summary>Rule <c>vanishing-over-time</c>: what the end asks hardly arrives where it is needed.</summary>
internal sealed class VanishingOverTime(MeasuredColumn column, VerdictState state)
    : VerdictRule(Description, column, state)
{
    private double _last;

    public static RuleDescription Description { get; } = new()
    {
        Name = "vanishing-over-time",
        Severity = VerdictSeverity.Warning,
        Metric = TotalGradientNorm.MetricName,
        FiresWhen = "norm at the dependency's lag (first timestep where it is unknown) ÷ norm at the last timestep "
            + "< θ, while the loss has stood still for 100 steps and the dependency is not used; of the last answer's "
            + "gradient alone where every timestep has a loss",
        Defaults = new RuleOptions(1e-3, 30),
        Source = "AutoTrainer (ICSE 2021) over layers, here over timesteps",
        Proposes = "orthogonal start, forget bias, chrono, gated cell",
        Create = static (column, state) => GradientRow.IsOfAnswer(column, state.Context) && state.Context.Lag > 0
            ? new VanishingOverTime(column, state) : null,
    };

    protected override Finding Judge(long step, ReadOnlySpan<float> values)
    {
        if (State.IsSolved || State.Remembers || State.UsesDependency || !State.StandsStill
            || GradientRow.Ratio(values, Context.Lag) is not double ratio)
        {
            return Finding.Unknown;
        }

        _last = values[^1];
        return Finding.When(ratio < Threshold, ratio, values.Length - 1 - Context.Lag);
    }

    private string Name => Column.Metric == LastAnswerGradientNorm.MetricName
        ? Context.Cells[Column.Layer!.Value].HasCellState
            ? "last answer's gradient of the cell state" : "last answer's gradient"
        : GradientRow.NameOf(Column);

    private string Lag => NumberText.Counted(NumberText.Count(Context.Lag), "timestep");

    protected override string Meaning(in Finding finding) => finding.Value == 0
        ? $"Nothing of the {Name} at the last timestep arrives {Lag} earlier: it is exactly 0 there, so something cuts "
            + "it off on the way, or it became too small for a float."
        : $"Of the {Name} at "
            + $"the last timestep only {NumberText.Of(finding.Value)} arrives {Lag} earlier; what it needs from there "
            + "has not been learnt, and the loss has stood still for "
            + $"{NumberText.Count(State.Losses.StillSteps)} steps.";

    protected override ImmutableArray<Evidence> Evidence(in Finding finding) =>
    [
        new("norm-at-last-timestep", _last),
        new("norm-at-timestep", finding.Value * _last),
        new("lag", Context.Lag),
        new("factor-per-timestep", Math.Pow(finding.Value, 1.0 / Context.Lag)),
    ];

    protected override ImmutableArray<Remedy> Proposals() =>
        [.. Remedies.LongerMemory(Context, Column.Layer!.Value)];
}
