using System.Collections.Immutable;

namespace Backflow.Telemetry;

/// <summary>Rule <c>loss-not-decreasing</c>: the loss stands still where nothing was learnt yet.</summary>
/// <remarks>
/// A loss that stands still after learning is the end of training, not a fault: so the rule asks for a loss that is
/// still near that of a model without memory, or, where that is unknown, near the first loss.
/// </remarks>
internal sealed class LossNotDecreasing(MeasuredColumn column, VerdictState state)
    : VerdictRule(Description, column, state)
{
    /// <summary>A loss above this share of the reference counts as nothing learnt.</summary>
    private const double NothingLearnt = 0.95;

    private double _reference;

    public static RuleDescription Description { get; } = new()
    {
        Name = "loss-not-decreasing",
        Severity = VerdictSeverity.Warning,
        Metric = LossExploding.MetricName,
        FiresWhen = "(mean of the 50 losses before − mean of the newest 50) ÷ the former < θ, and the latter is above "
            + "95 % of a memoryless model's loss (of the first loss, where that is unknown)",
        Defaults = new RuleOptions(0.01, 100, 1000),
        Source = "SageMaker Debugger: 0.1 % over 10 steps, here over means of 50",
        Proposes = "longer memory, other learning rate",
        Create = static (column, state) => column is { IsRow: false, Metric: LossExploding.MetricName }
            ? new LossNotDecreasing(column, state) : null,
    };

    protected override Finding Judge(long step, double value)
    {
        LossHistory losses = State.Losses;
        if (!double.IsFinite(losses.Previous) || !double.IsFinite(losses.Recent))
        {
            return Finding.Unknown;
        }

        _reference = Math.Min(losses.First, Context.MemorylessLoss ?? losses.First);
        double fall = (losses.Previous - losses.Recent) / losses.Previous;
        return Finding.When(fall < Threshold && losses.Recent > NothingLearnt * _reference, fall);
    }

    protected override string Meaning(in Finding finding) => Context.MemorylessLoss is double memoryless
        ? $"The loss stands at {NumberText.Of(State.Losses.Recent)}; a model without memory has "
            + $"{NumberText.Of(memoryless)}, so nothing that needs memory has been learnt."
        : $"The loss stands at {NumberText.Of(State.Losses.Recent)}, where it began: nothing has been learnt.";

    protected override ImmutableArray<Evidence> Evidence(in Finding finding) =>
    [
        new("recent-loss", State.Losses.Recent), new("best-loss", State.Losses.Best),
        new("reference-loss", _reference),
    ];

    protected override ImmutableArray<Remedy> Proposals() =>
    [
        .. Remedies.LongerMemory(Context, Context.Cells.Length - 1),
        Remedies.LargerRate(Context, 3),
        Remedies.SmallerRate(Context, 10),
    ];
}
