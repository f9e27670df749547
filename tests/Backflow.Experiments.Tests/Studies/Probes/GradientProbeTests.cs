using Backflow.Engine;
using Backflow.Experiments.Studies.Probes;
using Xunit;

namespace Backflow.Experiments.Tests.Studies.Probes;

public sealed class GradientProbeTests
{
    // A float per timestep is rounded to 2⁻²⁴; over 150 timesteps that is far below this.
    private const double RelativeTolerance = 1e-4;

    /// <summary>
    /// Without input and bias tanh is linear at 0: every timestep multiplies the norm by σ₁ of σ₁·Q exactly.
    /// </summary>
    [Theory]
    [InlineData(0.1, 150)]
    [InlineData(0.9, 150)]
    [InlineData(3, 60)]
    public void Measure_LinearNetwork_IsThePower(double gain, int length)
    {
        GradientProbe probe = new(Cells.RnnTanh, HiddenSize: 16, length)
        {
            Initialisation = new InitialisationOptions { Scheme = InitialisationScheme.Orthogonal, Gain = gain },
            InputScale = 0,
        };
        GradientProfile profile = probe.Measure(seed: 3);

        Assert.Equal(4, profile.Norms[^1], precision: 6);
        for (int back = 0; back < length; back++)
        {
            double expected = Math.Pow(gain, back);
            Assert.True(
                Math.Abs(profile.Left(back) - expected) <= RelativeTolerance * expected,
                $"{back} timesteps back: expected {expected:G6}, got {profile.Left(back):G6}.");
        }
    }
}
