namespace Backflow.Telemetry.Tests;

/// <summary>The horizon is the largest lag above 1 %: a norm of exactly 1 % is outside.</summary>
public class HorizonLimitTests
{
    // 0.01 · 100 is 1 without rounding.
    private const float AtLagZero = 100;

    [Fact]
    public void Measure_ExactlyOnePercent_IsOutside() =>
        Assert.Equal(1, GradientHorizon.Measure([1, 50, AtLagZero]).Horizon);

    [Fact]
    public void Measure_TheNextFloatAboveOnePercent_IsInside() =>
        Assert.Equal(2, GradientHorizon.Measure([MathF.BitIncrement(1), 50, AtLagZero]).Horizon);
}
