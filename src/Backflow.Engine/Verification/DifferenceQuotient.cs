using Backflow.Engine.Kernels.Reference;

namespace Backflow.Engine.Verification;

/// <summary>Measures the derivative of the twin's loss by differences.</summary>
/// <remarks>
/// <para>
/// Central differences at two steps, extrapolated (Richardson 1911; Press et al., Numerical Recipes, section 5.7):
/// D(s) = (L(θ + s) − L(θ − s)) / 2s has the error s²·L‴/6 + O(s⁴), so (4·D(s) − D(2s)) / 3 is left with −s⁴·L⁽⁵⁾/30.
/// Rounding adds about ε/s in units of the terms of L that θ reaches, ε = 10⁻¹⁶; the others cancel exactly, because the
/// losses are subtracted term by term. Both are of order 10⁻¹³ where s⁵ ≈ 30·ε, s ≈ 10⁻³; derivatives grow with the
/// length of the sequence, which asks for less: s = 2⁻¹² · max(1, |θ|), a power of two so that θ ± s is exact.
/// </para>
/// <para>
/// ReLU has no derivative at 0. If a pre-activation of a ReLU layer changes sign between the four evaluations, the
/// quotient measures a chord across the kink: then s is divided by 16, up to four times. What still crosses is counted,
/// not measured.
/// </para>
/// </remarks>
internal sealed class DifferenceQuotient(ReferenceNetwork twin, ulong? dropoutKey)
{
    private const double FirstStep = 1.0 / (1 << 12);
    private const int StepDivisor = 16;
    private const int Steps = 5;

    private readonly bool[] _sides = new bool[twin.ReluSides];
    private readonly bool[] _probedSides = new bool[twin.ReluSides];
    private readonly double[] _above = new double[twin.LossTerms];
    private readonly double[] _below = new double[twin.LossTerms];

    /// <summary>Remembers on which side of its kink every ReLU stands now.</summary>
    public void Begin()
    {
        twin.Forward(dropoutKey);
        twin.ReadReluSides(_sides);
    }

    /// <summary>∂L/∂θ by differences, or null at a kink.</summary>
    /// <param name="value">θ, which decides the step.</param>
    /// <param name="shift">Makes the twin compute with θ + its argument.</param>
    public double? Measure(double value, Action<double> shift)
    {
        double step = FirstStep * Math.Max(1, double.Exp2(Math.Round(Math.Log2(Math.Max(1, Math.Abs(value))))));
        for (int attempt = 0; attempt < Steps; attempt++, step /= StepDivisor)
        {
            if (Central(step, shift) is double fine && Central(2 * step, shift) is double coarse)
            {
                return ((4 * fine) - coarse) / 3;
            }
        }

        return null;
    }

    // (L(θ + s) − L(θ − s)) / 2s, or null where one of them stands on another side of a kink.
    private double? Central(double step, Action<double> shift)
    {
        if (!TryProbe(step, shift, _above) || !TryProbe(-step, shift, _below))
        {
            return null;
        }

        double difference = 0;
        for (int i = 0; i < _above.Length; i++)
        {
            difference += _above[i] - _below[i];
        }

        return difference / (2 * step);
    }

    private bool TryProbe(double offset, Action<double> shift, double[] lossTerms)
    {
        shift(offset);
        twin.Forward(dropoutKey);
        twin.ReadLossTerms(lossTerms);
        twin.ReadReluSides(_probedSides);
        shift(0);
        return _probedSides.AsSpan().SequenceEqual(_sides);
    }
}
