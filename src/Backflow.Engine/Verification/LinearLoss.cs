namespace Backflow.Engine.Verification;

/// <summary>L = Σ y·∂L/∂y: the loss whose gradient with respect to y is what was asked for.</summary>
internal static class LinearLoss
{
    /// <summary>Σ value·gradient.</summary>
    public static double Sum(ReadOnlySpan<double> gradient, ReadOnlySpan<double> values)
    {
        double sum = 0;
        for (int i = 0; i < gradient.Length; i++)
        {
            sum += gradient[i] * values[i];
        }

        return sum;
    }

    /// <summary>Σ |value·gradient|: what rounding errors of the sum are in proportion to.</summary>
    public static double SumOfMagnitudes(ReadOnlySpan<double> gradient, ReadOnlySpan<double> values)
    {
        double sum = 0;
        for (int i = 0; i < gradient.Length; i++)
        {
            sum += Math.Abs(gradient[i] * values[i]);
        }

        return sum;
    }
}
