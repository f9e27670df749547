namespace Backflow.Telemetry;

/// <summary>How effective context and gradient reach are written: one way for terminal, page and reports.</summary>
public static class ReachText
{
    /// <summary>An effective context in timesteps, or characters: "12", "≥ 180" where more was not measured.</summary>
    /// <param name="lags">The number; null where it was not measured.</param>
    /// <param name="limit">The largest lag that was asked for.</param>
    /// <returns>The text; a dash where nothing was measured.</returns>
    public static string OfContext(double? lags, double? limit) => lags is not double number ? NumberText.Nothing
        : $"{(number >= limit ? "≥ " : string.Empty)}{NumberText.Of(number)}";

    /// <summary>A gradient reach in timesteps: "12", "≥ 49" for a whole sequence, or how fast it grows.</summary>
    /// <param name="median">The number; null where it was not measured, or the gradient grows.</param>
    /// <param name="longest">The largest lag that can be measured.</param>
    /// <param name="growth">The factor per timestep where the gradient grows; null where it does not.</param>
    /// <returns>The text; a dash where nothing was measured.</returns>
    public static string OfReach(double? median, double? longest, double? growth) =>
        growth is double factor ? $"grows ×{NumberText.Of(factor)} per timestep"
        : median is not double number ? NumberText.Nothing
        : $"{(number >= longest ? "≥ " : string.Empty)}{NumberText.Of(number)}";

    /// <summary>Both numbers in words.</summary>
    /// <param name="context">The text of the effective context.</param>
    /// <param name="reach">The text of the gradient reach.</param>
    /// <param name="unit">What a lag counts, in the plural: timesteps or characters.</param>
    public static string Sentence(string context, string reach, string unit) =>
        $"Effective context {context}: how many {unit} back it uses its input. "
        + $"Gradient reach {reach}: how many back it could learn now.";

    /// <summary>The text of a measured effective context.</summary>
    /// <param name="context">Null where it was not measured.</param>
    public static string Of(EffectiveContext? context) => OfContext(context?.Lags, context?.Limit);

    /// <summary>The text of a measured gradient reach.</summary>
    /// <param name="reach">Null where it was not measured.</param>
    public static string Of(ReachMeasurement? reach) => OfReach(Timesteps(reach), reach?.Longest, reach?.Growth);

    /// <summary>The reach in timesteps; null where the gradient grows, and where nothing was measured.</summary>
    /// <param name="reach">Null where it was not measured.</param>
    public static double? Timesteps(ReachMeasurement? reach) => reach is { Growth: null } ? reach.Median : null;

    /// <summary>Whether half of the sequences are reached whole, so that more cannot be seen.</summary>
    /// <param name="reach">Null where it was not measured.</param>
    public static bool? IsAtLeast(ReachMeasurement? reach) =>
        reach is { Growth: null } ? reach.Median >= reach.Longest : null;
}
