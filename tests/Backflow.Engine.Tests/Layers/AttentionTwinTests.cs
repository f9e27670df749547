using Backflow.Engine.Kernels.Reference;

namespace Backflow.Engine.Tests.Layers;

public sealed class AttentionTwinTests
{
    /// <summary>A power of two near the fifth root of 10⁻¹⁵, so that x ± s is exact.</summary>
    private const double Step = 1.0 / (1 << 10);

    /// <summary>Extrapolated central differences leave s⁴·L⁽⁵⁾/30 + 10⁻¹⁶/s, both below 10⁻¹¹ here; the loss is of
    /// order 1.</summary>
    private const double DifferenceTolerance = 1e-9;

    public static TheoryData<AttentionSizes> Sizes => [.. AttentionSizes.Around];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Gradients_AreCentralDifferencesOfTheLoss(AttentionSizes sizes)
    {
        ReferenceAttention twin = Random(sizes);
        twin.Run(withGradients: true);
        double[][] gradients = [.. twin.All().Select(static parameter => parameter.Gradient.ToArray())];
        ReferenceParameter[] parameters = [.. twin.All()];
        for (int p = 0; p < parameters.Length; p++)
        {
            // Some fifty entries of each tensor, spread over all of it.
            int stride = Math.Max(1, gradients[p].Length / 50);
            for (int i = 0; i < gradients[p].Length; i += stride)
            {
                double fine = Difference(twin, parameters[p], i, Step);
                double coarse = Difference(twin, parameters[p], i, 2 * Step);
                double expected = ((4 * fine) - coarse) / 3;
                Assert.True(
                    Math.Abs(expected - gradients[p][i]) <= DifferenceTolerance,
                    $"{sizes}: tensor {p}, entry {i}: {gradients[p][i]:R}, by differences {expected:R}.");
            }
        }
    }

    // The Jacobian of the softmax is diag(α) − α·αᵀ: with c as its own probe, ∂c_j/∂s_k = Cov_α(h_j, h_k).
    [Fact]
    public void Context_ByTheQuery_ChangesAsTheCovarianceOfTheStates()
    {
        AttentionSizes sizes = new(5, 1, 1, 3, 2);
        ReferenceAttention twin = Random(sizes);
        twin.Run(withGradients: false);
        double[] alpha = [.. twin.Weights];
        double[] h = twin.EncoderStates.Values;
        for (int j = 0; j < 3; j++)
        {
            for (int k = 0; k < 3; k++)
            {
                double expected = Mean(alpha, t => h[(3 * t) + j] * h[(3 * t) + k])
                    - (Mean(alpha, t => h[(3 * t) + j]) * Mean(alpha, t => h[(3 * t) + k]));
                double actual = (ContextAt(twin, k, Step, j) - ContextAt(twin, k, -Step, j)) / (2 * Step);

                // Plain central differences leave s²·c‴/6, and |c‴| is below 6.
                Assert.Equal(expected, actual, Step * Step);
            }
        }
    }

    [Fact]
    public void Run_EqualStates_GetEqualWeights()
    {
        ReferenceAttention twin = Random(new AttentionSizes(4, 2, 1, 3, 2));
        twin.EncoderStates.Values.AsSpan(0, 3).ToArray().CopyTo(twin.EncoderStates.Values, 3);
        twin.EncoderStates.Values.AsSpan(0, 6).ToArray().CopyTo(twin.EncoderStates.Values, 6);
        twin.Run(withGradients: false);
        Assert.All(twin.Weights, static weight => Assert.Equal(0.25, weight, 1e-15));
    }

    private static double Mean(double[] alpha, Func<int, double> value) => alpha.Select((a, t) => a * value(t)).Sum();

    private static double ContextAt(ReferenceAttention twin, int unit, double shift, int of)
    {
        twin.DecoderStates.Values[unit] += shift;
        twin.Run(withGradients: false);
        twin.DecoderStates.Values[unit] -= shift;
        return Mean(twin.Weights, t => twin.EncoderStates.Values[(3 * t) + of]);
    }

    private static double Difference(ReferenceAttention twin, ReferenceParameter parameter, int i, double step)
    {
        double value = parameter.Values[i];
        parameter.Values[i] = value + step;
        twin.Run(withGradients: false);
        double above = twin.Loss;
        parameter.Values[i] = value - step;
        twin.Run(withGradients: false);
        parameter.Values[i] = value;
        return (above - twin.Loss) / (2 * step);
    }

    private static ReferenceAttention Random(AttentionSizes sizes)
    {
        ReferenceAttention twin = new(sizes.Encoder, sizes.Decoder, sizes.Batch, sizes.Hidden, sizes.Outputs);
        SplittableRandom random = new(3);
        foreach (ReferenceParameter parameter in twin.All())
        {
            foreach (ref double value in parameter.Values.AsSpan())
            {
                value = random.NextUniform(-0.6, 0.6);
            }
        }

        for (int i = 0; i < twin.Targets.Length; i++)
        {
            twin.Targets[i] = i % 5 == 4 ? -1 : random.NextInt32(sizes.Outputs);
        }

        for (int sequence = 0; sequence < sizes.Batch; sequence++)
        {
            twin.Lengths[sequence] = Math.Max(1, sizes.Encoder - (2 * sequence));
        }

        return twin;
    }
}
