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

    /// <summary>A loss below this share of the reference is below it for certain: some little was learnt.</summary>
    private const double Measurable = 0.99;

    /// <summary>
    /// Where steps of the present size can have moved the recurrent weights by no more than this share of theirs, the
    /// rate is named first: training has hardly begun.
    /// </summary>
    private const double HardlyMoved = 0.05;

    private double _reference;
    private long _step;

    public static RuleDescription Description { get; } = new()
    {
        Name = "loss-not-decreasing",
        Severity = VerdictSeverity.Warning,
        Metric = LossExploding.MetricName,
        FiresWhen = "(mean of the 50 losses before − mean of the newest 50) ÷ the former < θ, and the latter is above "
            + "95 % of a memoryless model's loss (of the first loss, where that is unknown)",
        Defaults = new RuleOptions(0.01, 100, 1000),
        Source = "SageMaker Debugger: 0.1 % over 10 steps, here over means of 50",
        Proposes = "larger learning rate where the recurrent weights can have moved by less than 5 % of their size; "
            + "longer memory, other learning rate",
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

        _step = step;
        _reference = Math.Min(losses.First, Context.MemorylessLoss ?? losses.First);
        double fall = (losses.Previous - losses.Recent) / losses.Previous;
        return Finding.When(fall < Threshold && losses.Recent > NothingLearnt * _reference, fall);
    }

    /// <summary>The share of their size by which the recurrent weights can have moved; NaN where it was not
    /// measured.</summary>
    private double Moved => _step * State.UpdateRatio;

    private bool HasHardlyMoved => State.UpdateRatio > 0 && Moved < HardlyMoved;

    protected override string Meaning(in Finding finding) => HasHardlyMoved
        ? $"The loss stands at {NumberText.Of(State.Losses.Recent)}, and one step changes the recurrent weights by "
            + $"{NumberText.Of(100 * State.UpdateRatio)} % of their size, "
            + $"{NumberText.Counted(NumberText.Count(_step), "step")} by {NumberText.Of(100 * Moved)} % at most: "
            + (IsCut ? "the limit of the gradient leaves too little of it." : "the learning rate is too small.")
        : Context.MemorylessLoss is double memoryless
        ? $"The loss stands at {NumberText.Of(State.Losses.Recent)}; a model without memory has "
            + $"{NumberText.Of(memoryless)}, so {HowMuch(memoryless)} that needs memory has been learnt."
        : $"The loss stands at {NumberText.Of(State.Losses.Recent)}, where it began: nothing has been "
            + "learnt. What a model without memory reaches is not known.";

    private string HowMuch(double memoryless) =>
        State.Losses.Recent < Measurable * memoryless ? "hardly anything" : "nothing";

    protected override ImmutableArray<Evidence> Evidence(in Finding finding) =>
    [
        new("recent-loss", State.Losses.Recent), new("best-loss", State.Losses.Best),
        new("reference-loss", _reference), new("update-ratio", State.UpdateRatio),
    ];

    // Of a small step the limit is the reason where it cuts nearly all of them and the optimizer does not undo that.
    private bool IsCut => !Context.IsAdaptive
        && State.ClippedShare > State.Options.Of(AlwaysClipping.Description).Threshold;

    protected override ImmutableArray<Remedy> Proposals() => HasHardlyMoved
        ?
        [
            IsCut && Context.ClipValue > 0 ? Remedies.NormForElements(2 * State.GradientNorms.Mean)
                : IsCut ? Remedies.LargerClip(State.GradientNorms.Mean)
                : Remedies.UsualRate(Context, State.UpdateRatio),
        ]
        :
    [
        .. SettingHarm.Of(Context).Select(static harm => harm.Remedy),
        .. Remedies.LongerMemory(Context, Context.Cells.Length - 1),
        Remedies.LargerRate(Context, 3),
        Remedies.SmallerRate(Context, 10),
    ];
}
