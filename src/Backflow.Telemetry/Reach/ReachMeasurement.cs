using System.Collections.Immutable;

namespace Backflow.Telemetry;

/// <summary>How far back a gradient reaches now, over some fixed sequences.</summary>
/// <param name="Median">The middle reach in timesteps, from 0 to <paramref name="Longest"/>; half of the sequences
/// reach further.</param>
/// <param name="LowerQuartile">A quarter of the sequences reach less far.</param>
/// <param name="UpperQuartile">A quarter of the sequences reach further.</param>
/// <param name="Longest">The largest lag that could be measured, T − 1. A median of as much means "at least".</param>
/// <param name="Growth">
/// The factor per timestep by which the gradient grows on its way back, above 1, where it grows a hundredfold; null
/// where it does not. A gradient that grows has no reach.
/// </param>
/// <param name="Profile">[T], the median over the sequences of the norm at each lag ÷ the norm at lag 0.</param>
public sealed record ReachMeasurement(
    double Median,
    double LowerQuartile,
    double UpperQuartile,
    int Longest,
    double? Growth,
    ImmutableArray<double> Profile);
