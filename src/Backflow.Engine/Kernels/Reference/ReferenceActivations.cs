namespace Backflow.Engine.Kernels.Reference;

/// <summary>The plain twin of <see cref="Activations{TSimd, TVector}"/>: the mathematics, in double.</summary>
internal static class ReferenceActivations
{
    /// <summary>eˣ.</summary>
    public static double Exp(double x) => Math.Exp(x);

    /// <summary>σ(x) = 1 / (1 + e⁻ˣ).</summary>
    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>σ′ in terms of y = σ(x): y(1 − y).</summary>
    public static double SigmoidDerivative(double y) => y * (1 - y);

    /// <summary>tanh(x).</summary>
    public static double Tanh(double x) => Math.Tanh(x);

    /// <summary>tanh′ in terms of y = tanh(x): 1 − y².</summary>
    public static double TanhDerivative(double y) => 1 - (y * y);
}
