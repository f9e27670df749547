using System.Collections.Immutable;

namespace Backflow.Telemetry;

/// <summary>Effective context: how far back a network uses its input.</summary>
/// <remarks>
/// Everything before the last ℓ inputs is replaced by another sequence's, at validation, and the rise of the loss is
/// measured (Khandelwal, He, Qi &amp; Jurafsky 2018, arXiv 1805.04623, drop or replace what lies further back in the
/// same sense). The number is the largest lag at which the replacement still matters, so the newest input has lag 0; it
/// is 0 for a network that knows nothing. It needs no gradient, and it says nothing about quality: the loss belongs
/// beside it.
/// </remarks>
/// <param name="Lags">The number, in timesteps (characters of a text): from 0.</param>
/// <param name="Limit">The largest lag that was asked for; a number as large means "at least".</param>
/// <param name="Loss">The loss with every input the sequence's own.</param>
/// <param name="Curve">The rise at each measured lag, in ascending order.</param>
/// <param name="Rule">How the number is read off the curve, in a sentence.</param>
public sealed record EffectiveContext(
    int Lags, int Limit, double Loss, ImmutableArray<ContextPoint> Curve, string Rule)
{
    /// <summary>The name in run columns and URLs.</summary>
    public const string MetricName = "effective-context";

    /// <summary>The name of the largest lag that was asked for: a context as large means "at least".</summary>
    public const string LimitMetricName = "effective-context-limit";

    /// <summary>The words of <see cref="MetricName"/>.</summary>
    public static MetricDescription Description { get; } = new()
    {
        Name = MetricName,
        Label = "Effective context",
        Title = "Effective context: how far back it uses its input",
        Meaning = "The largest lag at which another sequence's past still raises the loss.",
        Formula = "max {ℓ : L(own last ℓ inputs, another's before) − L(own) matters}; the rule stands with each curve",
        Reduction = "a scalar; the mean over held-out sequences, 32 while training and 64 at the end",
        Range = "[0, T − 1]; of a text up to nine tenths of a stretch of 64 characters, of 200 at the end",
        Unit = "timesteps, characters of a text",
        HowToRead = "0 says that it uses nothing but the newest input. Below the lag that the task needs, it has not "
            + "learnt the task. It is no quality: read the loss beside it.",
        Caption = "largest lag at which another sequence's past raises the loss",
        Level = TelemetryLevel.Economy,
        Kind = ColumnKind.Scalar,
        Cost = CostClass.Passes,
    };

    /// <summary>The words of <see cref="LimitMetricName"/>.</summary>
    public static MetricDescription LimitDescription { get; } = Description with
    {
        Name = LimitMetricName,
        Label = "Largest lag asked for",
        Title = "Largest lag that the effective context was measured to",
        Meaning = "The largest lag that the measurement asked for.",
        Formula = "T − 1; of a text nine tenths of the stretch",
        Reduction = "a scalar",
        Range = "[1, T − 1]",
        HowToRead = "An effective context as large as this is at least so large.",
        Caption = "a context as large as this is at least so large",
    };

    /// <summary>The share of the rise at lag 0 that a lag of a task must keep.</summary>
    public const double ShareOfRise = 0.10;

    /// <summary>The share of the loss at lag 0 that a lag of a task must raise it by.</summary>
    public const double ShareOfLoss = 0.02;

    /// <summary>How many standard errors the rise at a lag must be above 0.</summary>
    public const double StandardErrors = 2;

    /// <summary>
    /// How many standard errors the rise at lag 0 must be above 0: a network that knows nothing is asked at each
    /// measurement whether it does, and must not answer yes by chance.
    /// </summary>
    public const double StandardErrorsOfWhole = 3;

    /// <summary>The rise of a text's loss that counts: 1 % of perplexity, in nats per character.</summary>
    public static readonly double NatsOfText = Math.Log(1.01);

    /// <summary>The rule for tasks.</summary>
    public const string TaskRule =
        "the largest lag at which another sequence's past raises the last answer's loss by more than 10 % of the rise "
        + "at lag 0, 2 % of the loss there, and two standard errors";

    /// <summary>The rule for texts.</summary>
    public const string TextRule =
        "the largest lag at which another text's past raises the loss by ln 1.01 nats per character, "
        + "1 % of perplexity";

    /// <summary>Whether another past still matters at the largest lag that was asked for.</summary>
    public bool IsAtLeast => Lags >= Limit;

    /// <summary>Whether the replacement matters at a lag of a task.</summary>
    /// <param name="point">The rise at the lag.</param>
    /// <param name="whole">The rise at lag 0, where the whole past is another sequence's.</param>
    /// <param name="loss">The loss with the own past.</param>
    public static bool Matters(in ContextPoint point, in ContextPoint whole, double loss) =>
        whole.LossRise > StandardErrorsOfWhole * whole.StandardError
        && point.LossRise > ShareOfRise * whole.LossRise
        && point.LossRise > ShareOfLoss * (loss + whole.LossRise)
        && point.LossRise > StandardErrors * point.StandardError;
}
