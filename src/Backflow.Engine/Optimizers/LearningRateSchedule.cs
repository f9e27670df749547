namespace Backflow.Engine;

/// <summary>How the learning rate changes over steps.</summary>
public enum ScheduleKind
{
    /// <summary>One learning rate for every step after the warm-up.</summary>
    Constant,

    /// <summary>Half a cosine from the peak to the minimum at the step after the last.</summary>
    Cosine,

    /// <summary>Multiplied by a factor every so many steps.</summary>
    StepDecay,
}

/// <summary>The learning rate as a function of the step alone, so that a resumed run continues where it was.</summary>
/// <remarks>
/// Warm-up is linear: step s &lt; W uses η·(s + 1)/W. Cosine: Loshchilov &amp; Hutter 2017 (SGDR), eq. 5, without
/// restarts.
/// </remarks>
public sealed record LearningRateSchedule
{
    /// <summary>Which shape.</summary>
    public ScheduleKind Kind { get; init; } = ScheduleKind.Constant;

    /// <summary>The peak learning rate, η.</summary>
    public required double Peak { get; init; }

    /// <summary>Steps of linear warm-up, W; 0 for none.</summary>
    public long WarmUpSteps { get; init; }

    /// <summary>The step at which the cosine reaches its minimum.</summary>
    public long TotalSteps { get; init; }

    /// <summary>The cosine's minimum as a share of the peak, in [0, 1].</summary>
    public double MinimumShare { get; init; }

    /// <summary>Steps between two decays, at least 1.</summary>
    public long DecayInterval
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 1000;

    /// <summary>What a decay multiplies by.</summary>
    public double DecayFactor { get; init; } = 0.5;

    /// <summary>The learning rate of one step.</summary>
    /// <param name="step">The step, from 0.</param>
    /// <returns>η.</returns>
    public double At(long step)
    {
        if (step < WarmUpSteps)
        {
            return Peak * (step + 1) / WarmUpSteps;
        }

        long sinceWarmUp = step - WarmUpSteps;
        switch (Kind)
        {
            case ScheduleKind.Cosine:
                double length = Math.Max(1, TotalSteps - WarmUpSteps);
                double progress = Math.Min(1, sinceWarmUp / length);
                double minimum = Peak * MinimumShare;
                return minimum + ((Peak - minimum) * 0.5 * (1 + Math.Cos(Math.PI * progress)));
            case ScheduleKind.StepDecay:
                return Peak * Math.Pow(DecayFactor, sinceWarmUp / DecayInterval);
            default:
                return Peak;
        }
    }
}
