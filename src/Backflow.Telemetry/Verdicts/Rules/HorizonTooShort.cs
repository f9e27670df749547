using System.Collections.Immutable;

namespace Backflow.Telemetry;

/// <summary>Rule <c>horizon-too-short</c>: the gradient ends before the dependency does.</summary>
/// <remarks>
/// A short reach at the beginning is a hint: gated networks learn all the same, because their gates open and the
/// gradient grows with what is learnt. Once learning stands still and the dependency is not used, it is the reason; in
/// a gated network, where it is shorter still.
/// </remarks>
internal sealed class HorizonTooShort(MeasuredColumn column, VerdictState state)
    : VerdictRule(Description, column, state)
{
    private const double GatedShare = 0.5;

    public static RuleDescription Description { get; } = new()
    {
        Name = "horizon-too-short",
        Severity = VerdictSeverity.Warning,
        Metric = GradientReach.MetricName,
        FiresWhen = "gradient reach < θ · the task's dependency, and the effective context is below half of it: "
            + "information, and a warning once the loss has stood still for 100 steps (with gates: and the reach is "
            + "below θ/2)",
        Defaults = new RuleOptions(0.2, 50),
        Source = "own, from the networks below",
        Proposes = "orthogonal start, forget bias, chrono, gated cell",
        Create = static (column, state) => state.Context.DependencyLength > 0
            && column is { IsRow: false, Metric: GradientReach.MetricName }
            ? new HorizonTooShort(column, state) : null,
    };

    protected override VerdictSeverity SeverityOf(in Finding finding) =>
        IsReason(finding) ? VerdictSeverity.Warning : VerdictSeverity.Information;

    protected override Finding Judge(long step, double value) =>
        State.IsSolved || State.Remembers || State.UsesDependency
            ? Finding.Unknown
            : Finding.When(value < Threshold * Context.Lag, value);

    protected override string Meaning(in Finding finding) => IsReason(finding)
        ? $"An answer needs up to {NumberText.Counted(NumberText.Count(Context.Lag), "timestep")}. That has not been "
            + $"learnt, the loss has stood still for {NumberText.Count(State.Losses.StillSteps)} steps, and the "
            + $"gradient reaches {Reach(finding)} back."
        : $"The gradient reaches {Reach(finding)} back, and an answer needs up to "
            + $"{NumberText.Count(Context.Lag)}. {Odds}";

    private static string Reach(in Finding finding) =>
        NumberText.Counted(NumberText.Of(finding.Value), "timestep");

    // What became of networks that looked like this; measured on those of docs/verdicts.md.
    private string Odds => IsGated
        ? "Of 8 networks with gates that looked like this after 50 steps, 5 learnt it later."
        : "Of 12 networks without gates that looked like this after 50 steps, none learnt it later.";

    private bool IsGated => Context.Cells.Any(static cell => cell.Keep is not null);

    private bool IsReason(in Finding finding) =>
        State.StandsStill && (!IsGated || finding.Value < GatedShare * Threshold * Context.Lag);

    protected override ImmutableArray<Evidence> Evidence(in Finding finding) =>
        [new("reach", finding.Value), new("dependency", Context.Lag), new("still-steps", State.Losses.StillSteps)];

    protected override ImmutableArray<Remedy> Proposals() =>
        [.. Remedies.LongerMemory(Context, Context.Cells.Length - 1)];
}
