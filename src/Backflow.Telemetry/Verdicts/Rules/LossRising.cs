using System.Collections.Immutable;

namespace Backflow.Telemetry;

/// <summary>Rule <c>loss-rising</c>: the loss goes up again, and stays up.</summary>
internal sealed class LossRising(MeasuredColumn column, VerdictState state)
    : VerdictRule(Description, column, state)
{
    public static RuleDescription Description { get; } = new()
    {
        Name = "loss-rising",
        Severity = VerdictSeverity.Warning,
        Metric = LossExploding.MetricName,
        FiresWhen = "(mean of the newest 50 losses − the best such mean) ÷ the mean of the first 5 losses > θ, and "
            + "the difference is above 5 of its standard errors",
        Defaults = new RuleOptions(0.1, 25),
        Source = "SageMaker Debugger: 5 %, here of the first loss and over means of 50",
        Proposes = "smaller learning rate, clipping",
        Create = static (column, state) => column is { IsRow: false, Metric: LossExploding.MetricName }
            ? new LossRising(column, state) : null,
    };

    protected override Finding Judge(long step, double value)
    {
        double rise = State.LossRise;
        return double.IsFinite(rise) ? Finding.When(rise > Threshold && !State.IsRiseNoise, rise) : Finding.Unknown;
    }

    protected override string Meaning(in Finding finding) =>
        $"The loss has risen from {NumberText.Of(State.Losses.Best)} to "
        + $"{NumberText.Of(State.Losses.Recent)}: training destroys what it had learnt.";

    protected override ImmutableArray<Evidence> Evidence(in Finding finding) =>
        [new("recent-loss", State.Losses.Recent), new("best-loss", State.Losses.Best),
            new("standard-error", State.Losses.RiseError)];

    protected override ImmutableArray<Remedy> Proposals() =>
        [Remedies.SmallerRate(Context, 3), Remedies.Clip(Context)];
}
