using Backflow.Experiments.Dynamics;
using Backflow.Telemetry;
using Xunit;

namespace Backflow.Experiments.Tests.Dynamics;

public class DynamicsTextTests
{
    [Theory]
    [InlineData(
        -0.5,
        0.01,
        "Layer 1: a gradient shrinks by half every 1.39 timesteps. 1 % of it is left after 9.21 timesteps.")]
    [InlineData(
        0.47,
        0.1,
        "Layer 1: a gradient grows ×1.6 per timestep, and doubles every 1.47 timesteps. "
        + "It explodes: ×12,088 over the 20 timesteps of a sequence.")]
    [InlineData(
        0.04, 0.001, "Layer 1: a gradient grows ×1.04 per timestep, and doubles every 17.3 timesteps.")]
    [InlineData(-0.01, 0.006, "Layer 1: the best kept gradient neither shrinks nor grows measurably: it lasts.")]
    [InlineData(0, 0, "Layer 1: the best kept gradient neither shrinks nor grows measurably: it lasts.")]
    [InlineData(
        double.NegativeInfinity,
        double.NaN,
        "Layer 1: no gradient comes back; one timestep loses every direction.")]
    [InlineData(
        double.NaN, double.NaN, "Layer 1: a state or a weight is NaN or infinite, so nothing follows.")]
    public void Sentence_Exponent_SaysWhatFollows(double exponent, double error, string expected) =>
        Assert.Equal(expected, DynamicsText.Sentence(1, Spectrum(exponent, error), 20));

    [Fact]
    public void Sentence_HalfInOneTimestep_CountsNone() => Assert.Equal(
        "Layer 1: a gradient shrinks by half every timestep. 1 % of it is left after 6.64 timesteps.",
        DynamicsText.Sentence(1, Spectrum(-Math.Log(2), double.NaN), 20));

    [Theory]
    [InlineData(-0.5, 0.01, "-0.5 ± 0.01")]
    [InlineData(-0.5, double.NaN, "-0.5")]
    public void Exponent_Error_StandsBesideItWhereThereIsOne(double exponent, double error, string expected) =>
        Assert.Equal(expected, DynamicsText.Exponent(Spectrum(exponent, error), 0));

    private static LyapunovSpectrum Spectrum(double exponent, double error) => new([exponent], [error], 8, 2);
}
