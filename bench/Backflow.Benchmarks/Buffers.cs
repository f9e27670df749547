using Backflow.Engine;

namespace Backflow.Benchmarks;

/// <summary>Buffers of random numbers, the same in every run.</summary>
internal static class Buffers
{
    private const ulong Seed = 1;

    /// <summary>Numbers from the standard normal distribution.</summary>
    public static AlignedBuffer Gaussian(int length)
    {
        AlignedBuffer buffer = new(length);
        SplittableRandom random = new(Seed);
        foreach (ref float value in buffer.Span)
        {
            value = (float)random.NextGaussian();
        }

        return buffer;
    }
}
