namespace Backflow.Engine.Verification;

/// <summary>The entry of a tensor that lies farthest from what was expected.</summary>
/// <param name="Tensor">The tensor's name.</param>
/// <param name="Index">The entry, counted row-major.</param>
/// <param name="Expected">What was expected.</param>
/// <param name="Actual">What was computed.</param>
/// <param name="Deviation">
/// Their distance in units of a scale that the comparison states; +∞ where one of them is not a number.
/// </param>
public readonly record struct TensorDeviation(
    string Tensor, int Index, double Expected, double Actual, double Deviation)
{
    /// <summary>
    /// Compares entry by entry, with max(1, |expected|) as scale: absolute below one, relative above.
    /// </summary>
    /// <remarks>
    /// For double against double: both round at 10⁻¹⁶ of the numbers that a sum is made of, which are of order 1.
    /// </remarks>
    internal static TensorDeviation ByEntry(
        string tensor, ReadOnlySpan<double> expected, ReadOnlySpan<double> actual) =>
        Largest(tensor, expected, actual, tensorScale: null);

    /// <summary>Compares with the largest |expected| of the tensor as scale.</summary>
    /// <remarks>
    /// For float against double: an entry is a sum whose terms cancel, and its rounding error is in proportion to the
    /// terms, which the largest entry of the tensor stands for, not to what they happen to leave.
    /// </remarks>
    internal static TensorDeviation ByLargest(
        string tensor, ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, double scale = 0)
    {
        foreach (double value in expected)
        {
            scale = Math.Max(scale, Math.Abs(value));
        }

        return ByScale(tensor, expected, actual, scale);
    }

    /// <summary>Compares with a given scale, or absolutely where it is 0.</summary>
    internal static TensorDeviation ByScale(
        string tensor, ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, double scale) =>
        Largest(tensor, expected, actual, scale > 0 ? scale : 1);

    private static TensorDeviation Largest(
        string tensor, ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, double? tensorScale)
    {
        ShapeGuard.HasLength(actual.Length, expected.Length, nameof(actual), tensor);
        TensorDeviation worst = new(tensor, 0, expected[0], actual[0], 0);
        for (int i = 0; i < expected.Length; i++)
        {
            double deviation = Math.Abs(actual[i] - expected[i]) / (tensorScale ?? Math.Max(1, Math.Abs(expected[i])));
            if (double.IsNaN(deviation))
            {
                deviation = double.PositiveInfinity;
            }

            if (deviation > worst.Deviation)
            {
                worst = new TensorDeviation(tensor, i, expected[i], actual[i], deviation);
            }
        }

        return worst;
    }
}
