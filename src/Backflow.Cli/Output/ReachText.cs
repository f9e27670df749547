using Backflow.Telemetry;

namespace Backflow.Cli.Output;

/// <summary>How effective context and gradient reach are written: one way for every command.</summary>
internal static class ReachText
{
    /// <summary>An effective context in timesteps, or characters: "12", "≥ 180" where more was not measured.</summary>
    /// <param name="context">Null where it was not measured.</param>
    public static string Of(EffectiveContext? context) => context is null ? NumberText.Nothing
        : $"{(context.IsAtLeast ? "≥ " : string.Empty)}{NumberText.Count(context.Lags)}";

    /// <summary>A gradient reach in timesteps: "12", "≥ 49" for a whole sequence, or how fast it grows.</summary>
    /// <param name="reach">Null where it was not measured.</param>
    public static string Of(ReachMeasurement? reach) => reach is null ? NumberText.Nothing
        : reach.Growth is double growth ? $"grows ×{NumberText.Of(growth)} per timestep"
        : $"{(IsAtLeast(reach) == true ? "≥ " : string.Empty)}{NumberText.Of(reach.Median)}";

    /// <summary>The reach in timesteps; null where the gradient grows, and where nothing was measured.</summary>
    /// <param name="reach">Null where it was not measured.</param>
    public static double? Timesteps(ReachMeasurement? reach) => reach is { Growth: null } ? reach.Median : null;

    /// <summary>Whether half of the sequences are reached whole, so that more cannot be seen.</summary>
    /// <param name="reach">Null where it was not measured.</param>
    public static bool? IsAtLeast(ReachMeasurement? reach) =>
        reach is { Growth: null } ? reach.Median >= reach.Longest : null;
}
