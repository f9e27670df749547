namespace Backflow.Exchange.Tests.Onnx;

/// <summary>How far two programs may be apart.</summary>
internal static class Deviation
{
    /// <summary>
    /// Absolute: sums of products in another order, over a few timesteps of states below 10. Runtimes differ by up to
    /// 4,020 units in the last place near zero, so a relative measure would say nothing.
    /// </summary>
    public const double Tolerance = 1e-5;

    public static void AssertNear(string what, ReadOnlySpan<float> wanted, ReadOnlySpan<float> actual)
    {
        Assert.True(wanted.Length == actual.Length, $"{what}: {actual.Length} numbers, expected {wanted.Length}.");
        for (int i = 0; i < wanted.Length; i++)
        {
            Assert.True(
                Math.Abs((double)wanted[i] - actual[i]) <= Tolerance,
                $"{what}, place {i}: {actual[i]:R} beside {wanted[i]:R}.");
        }
    }

    public static void AssertNear(string what, ReadOnlySpan<double> wanted, ReadOnlySpan<float> actual) =>
        AssertNear(what, [.. wanted.ToArray().Select(static value => (float)value)], actual);
}
