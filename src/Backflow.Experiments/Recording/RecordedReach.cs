using System.Collections.Immutable;
using Backflow.Telemetry;

namespace Backflow.Experiments.Recording;

/// <summary>The newest effective context and gradient reach of a run, as a store has them.</summary>
/// <param name="Context">The effective context; null where it was not measured.</param>
/// <param name="ContextLimit">The largest lag that was asked for.</param>
/// <param name="Reach">The gradient reach; null where it was not measured, or the gradient grows.</param>
/// <param name="ReachLimit">The largest lag that can be measured.</param>
/// <param name="Growth">The factor per timestep by which the gradient grows; null where it does not.</param>
public sealed record RecordedReach(
    double? Context, double? ContextLimit, double? Reach, double? ReachLimit, double? Growth)
{
    /// <summary>The columns that a run's newest values are taken from, in the order of <see cref="Of"/>.</summary>
    public static ImmutableArray<string> Metrics { get; } =
    [
        EffectiveContext.MetricName,
        EffectiveContext.LimitMetricName,
        GradientReach.MetricName,
        GradientReach.LimitMetricName,
        GradientReach.GrowthMetricName,
    ];

    /// <summary>Whether the context is as large as could be seen; null where it was not measured.</summary>
    public bool? ContextIsAtLeast => Context >= ContextLimit ? true : Context is null ? null : false;

    /// <summary>Whether the reach is as large as could be seen; null where there is none.</summary>
    public bool? ReachIsAtLeast => Reach >= ReachLimit ? true : Reach is null ? null : false;

    /// <summary>The effective context as every command and page writes it.</summary>
    public string ContextText => ReachText.OfContext(Context, ContextLimit);

    /// <summary>The gradient reach as every command and page writes it.</summary>
    public string GradientReachText => ReachText.OfReach(Reach, ReachLimit, Growth);

    /// <summary>Reads newest values.</summary>
    /// <param name="newest">One per column of <see cref="Metrics"/>; null where there is none.</param>
    /// <returns>The two numbers.</returns>
    public static RecordedReach Of(ReadOnlySpan<double?> newest)
    {
        double? growth = newest[4] > 1 ? newest[4] : null;
        return new RecordedReach(newest[0], newest[1], growth is null ? newest[2] : null, newest[3], growth);
    }
}
