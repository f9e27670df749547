using System.Collections.Immutable;
using Backflow.Engine;

namespace Backflow.Lessons.Recurrence;

/// <summary>
/// What a product of n matrices keeps of a vector: n different ones, as in a feedforward network, and one n times.
/// </summary>
/// <remarks>
/// Entries are N(0, gain²/H), so that a matrix keeps gain times a vector's norm on average; the vector is random and of
/// length 1. Many draws give the median and the quartiles. Slopes are 1, as in a linear network: what is left differs
/// by the sharing of weights alone.
/// </remarks>
internal static class DepthProducts
{
    private const int Draws = 101;

    public static DepthProductsAnswer Answer(QuestionValues values)
    {
        int depth = (int)values.Whole("depth", 50, 2, 100);
        int units = (int)values.Whole("units", 16, 2, 32);
        double gain = values.Real("gain", 1, 0.5, 2);
        ulong seed = (ulong)values.Whole("seed", 1, 0, long.MaxValue);
        SplittableRandom random = new SplittableRandom(seed).Split("depth-products");
        return new DepthProductsAnswer(
            Draws,
            Spread(depth, units, gain, random.Split("different"), isShared: false),
            Spread(depth, units, gain, random.Split("shared"), isShared: true));
    }

    private static NormSpread Spread(int depth, int units, double gain, SplittableRandom random, bool isShared)
    {
        double[][] norms = new double[depth][];
        for (int n = 0; n < depth; n++)
        {
            norms[n] = new double[Draws];
        }

        double[] matrix = new double[units * units];
        double[] next = new double[units];
        for (int draw = 0; draw < Draws; draw++)
        {
            SplittableRandom one = random.Split((ulong)draw);
            double[] vector = Direction(units, one);
            for (int n = 0; n < depth; n++)
            {
                if (n == 0 || !isShared)
                {
                    Fill(matrix, gain / Math.Sqrt(units), one);
                }

                Multiply(matrix, vector, next);
                (vector, next) = (next, vector);
                norms[n][draw] = Norm(vector);
            }
        }

        Array.ForEach(norms, Array.Sort);
        return new NormSpread(Quantile(norms, 0.25), Quantile(norms, 0.5), Quantile(norms, 0.75));
    }

    private static ImmutableArray<double> Quantile(double[][] sorted, double share) =>
        [.. sorted.Select(norms => norms[(int)(share * (norms.Length - 1))])];

    private static double[] Direction(int units, SplittableRandom random)
    {
        double[] vector = new double[units];
        Fill(vector, 1, random);
        double norm = Norm(vector);
        return Array.ConvertAll(vector, value => value / norm);
    }

    private static void Fill(double[] values, double deviation, SplittableRandom random)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = deviation * random.NextGaussian();
        }
    }

    private static void Multiply(double[] matrix, double[] vector, double[] result)
    {
        for (int row = 0; row < vector.Length; row++)
        {
            double sum = 0;
            for (int column = 0; column < vector.Length; column++)
            {
                sum += matrix[(row * vector.Length) + column] * vector[column];
            }

            result[row] = sum;
        }
    }

    private static double Norm(double[] vector) => Math.Sqrt(vector.Sum(static value => value * value));
}

/// <summary>‖product · v‖ for a vector v of length 1, after 1 … n factors.</summary>
/// <param name="Draws">Random draws behind each quartile.</param>
/// <param name="Different">Another matrix at each factor.</param>
/// <param name="Shared">The same matrix at each factor.</param>
internal sealed record DepthProductsAnswer(int Draws, NormSpread Different, NormSpread Shared);

/// <summary>Quartiles by the number of factors, [n].</summary>
/// <param name="Low">A quarter of the draws lies below.</param>
/// <param name="Median">Half of the draws.</param>
/// <param name="High">A quarter of the draws lies above.</param>
internal sealed record NormSpread(
    ImmutableArray<double> Low, ImmutableArray<double> Median, ImmutableArray<double> High);
