namespace Backflow.Telemetry;

/// <summary>Derivatives of activations in terms of their values, in double.</summary>
internal static class GateSlopes
{
    /// <summary>σ′ = y(1 − y).</summary>
    public static double SigmoidSlope(double y) => y * (1 - y);

    /// <summary>tanh′ = 1 − y².</summary>
    public static double TanhSlope(double y) => 1 - (y * y);
}
