using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Telemetry;

namespace Backflow.Lessons.Recurrence;

/// <summary>Where the spectral radius of a random W_hh stands, over many draws.</summary>
/// <remarks>Entries are N(0, gain²/H), for which ρ tends to the gain as H grows (Girko's circular law).</remarks>
internal static class RandomStarts
{
    private const int Draws = 400;

    /// <summary>Within this of 1, fifty timesteps keep between 0.6 and 1.6 of a gradient.</summary>
    private const double Near = 0.01;

    public static RandomStartsAnswer Answer(QuestionValues values)
    {
        int units = (int)values.Whole("units", 16, 2, 32);
        double gain = values.Real("gain", 1, 0.1, 3);
        ulong seed = (ulong)values.Whole("seed", 1, 0, long.MaxValue);
        SplittableRandom random = new SplittableRandom(seed).Split("random-starts");
        double[] matrix = new double[units * units];
        double[] radii = new double[Draws];
        for (int draw = 0; draw < Draws; draw++)
        {
            SplittableRandom one = random.Split((ulong)draw);
            for (int i = 0; i < matrix.Length; i++)
            {
                matrix[i] = gain * one.NextGaussian() / Math.Sqrt(units);
            }

            radii[draw] = Spectrum.Compute(matrix, units).Radius;
        }

        Array.Sort(radii);
        return new RandomStartsAnswer(
            Draws,
            radii.Count(static rho => Math.Abs(rho - 1) <= Near),
            radii.Count(static rho => rho == 1),
            radii.Count(static rho => rho < 1),
            [.. radii]);
    }
}

/// <summary>Spectral radii of random matrices.</summary>
/// <param name="Draws">How many matrices were drawn.</param>
/// <param name="Near">How many of them have a ρ within 1 % of 1.</param>
/// <param name="Exact">How many have a ρ of exactly 1.</param>
/// <param name="Below">How many have a ρ below 1.</param>
/// <param name="Radii">Every ρ, smallest first.</param>
internal sealed record RandomStartsAnswer(int Draws, int Near, int Exact, int Below, ImmutableArray<double> Radii);
