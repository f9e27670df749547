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

    /// <summary>The name of the norm before clipping.</summary>
    public const string NormMetricName = "gradient-norm";

    /// <summary>The name of the norm after clipping.</summary>
    public const string ClippedNormMetricName = "clipped-gradient-norm";

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
