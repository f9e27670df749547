namespace Backflow.Telemetry;

/// <summary>Activations in double, and their derivatives in terms of their values.</summary>
internal static class GateActivations
{
    /// <summary>σ(x) = 1/(1 + e⁻ˣ).</summary>
    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>σ′ = y(1 − y).</summary>
    public static double SigmoidSlope(double y) => y * (1 - y);

    /// <summary>tanh′ = 1 − y².</summary>
    public static double TanhSlope(double y) => 1 - (y * y);
}
