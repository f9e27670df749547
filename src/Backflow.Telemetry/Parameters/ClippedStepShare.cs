namespace Backflow.Telemetry;

/// <summary>The gradient norm before and after clipping, and the share of the last steps that were clipped.</summary>
/// <remarks>
/// Norms are ℓ₂ over all parameters. A step is clipped when its norm after is smaller than before (Pascanu, Mikolov
/// &amp;
/// Bengio 2013, algorithm 1). The share is over the last steps, up to a window. Unit: loss per unit of parameter;
/// share:
/// none, in [0, 1]. Free: both norms are there anyway.
/// How to read it: a share near 1 means that the learning rate is no longer what was set: each step has the length
/// of the
/// clip. Rare clipping is what clipping is for.
/// </remarks>
public sealed class ClippedStepShare
{
    /// <summary>The share's name in run columns and URLs.</summary>
    public const string MetricName = "clipped-step-share";

    /// <summary>The words and the schedule of <see cref="MetricName"/>.</summary>
    public static MetricDescription Description { get; } = new()
    {
        Name = MetricName,
        Label = "Clipped steps",
        Title = "Share of clipped steps",
        Meaning = "Share of the last steps (100 by default) that were clipped.",
        Formula = "clipped steps / steps",
        Reduction = "a scalar",
        Range = "[0, 1]",
        Unit = "none",
        HowToRead = "Near 1 the learning rate is no longer what was set.",
        Caption = "of the last 100 steps",
        Level = TelemetryLevel.Economy,
        Kind = ColumnKind.Scalar,
        Cost = CostClass.Free,
    };

    /// <summary>The name of the norm before clipping.</summary>
    public const string NormMetricName = "gradient-norm";

    /// <summary>The words and the schedule of <see cref="NormMetricName"/>.</summary>
    public static MetricDescription NormDescription { get; } = new()
    {
        Name = NormMetricName,
        Label = "Gradient norm",
        Title = "Gradient norm ‖∂L/∂θ‖₂",
        Meaning = "The length of the whole gradient before clipping.",
        Formula = "‖∂L/∂θ‖₂",
        Reduction = "a scalar; over all parameters; the loss is the mean over its targets",
        Range = "[0, ∞), NaN kept",
        Unit = "loss per unit of weight",
        HowToRead = "Spikes are exploding steps; a slow fall is learning, or vanishing.",
        Caption = "ℓ₂ norm over all parameters, loss averaged, before clipping",
        Scale = MetricScale.Logarithmic,
        Level = TelemetryLevel.Economy,
        Kind = ColumnKind.Scalar,
        Cost = CostClass.Free,
    };

    /// <summary>The name of the norm after clipping.</summary>
    public const string ClippedNormMetricName = "clipped-gradient-norm";

    /// <summary>The words and the schedule of <see cref="ClippedNormMetricName"/>.</summary>
    public static MetricDescription ClippedNormDescription { get; } = new()
    {
        Name = ClippedNormMetricName,
        Label = "Clipped gradient norm",
        Title = "Gradient norm after clipping",
        Meaning = "The length of the gradient that the optimizer sees.",
        Formula = "‖clip(∂L/∂θ)‖₂",
        Reduction = "a scalar; over all parameters",
        Range = "[0, ∞)",
        Unit = "loss per unit of weight",
        HowToRead = "Flat at the limit means that clipping sets the step.",
        Caption = "ℓ₂ norm over all parameters, loss averaged, after clipping",
        Scale = MetricScale.Logarithmic,
        Level = TelemetryLevel.Economy,
        Kind = ColumnKind.Scalar,
        Cost = CostClass.Free,
    };

    private readonly bool[] _clipped;
    private long _steps;
    private int _count;

    /// <summary>Starts with no steps.</summary>
    /// <param name="window">Steps that the share looks back on.</param>
    public ClippedStepShare(int window = 100)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(window);
        _clipped = new bool[window];
    }

    /// <summary>Share of clipped steps among the last ones, in [0, 1]; 0 before the first.</summary>
    public double Value => _steps == 0 ? 0 : (double)_count / Math.Min(_steps, _clipped.Length);

    /// <summary>Records one step.</summary>
    /// <param name="normBefore">The gradient norm before clipping.</param>
    /// <param name="normAfter">The gradient norm after clipping; not finite counts as not clipped.</param>
    public void Record(double normBefore, double normAfter)
    {
        int slot = (int)(_steps % _clipped.Length);
        _count -= _clipped[slot] ? 1 : 0;
        _clipped[slot] = normAfter < normBefore;
        _count += _clipped[slot] ? 1 : 0;
        _steps++;
    }
}
