using System.Globalization;
using Backflow.Engine;
using Backflow.Training;

namespace Backflow.Experiments.Sweeps;

/// <summary>The values that are drawn of a range.</summary>
/// <remarks>
/// A draw is a function of the seed, the option and its own number: another range beside it, or more samples, change
/// none.
/// </remarks>
internal static class SweptDraws
{
    private const int SignificantDigits = 4;

    /// <summary>Draws a value.</summary>
    /// <param name="range">What to draw from.</param>
    /// <param name="seed">The seed of the sweep.</param>
    /// <param name="sample">The number of the draw, from 0.</param>
    /// <returns>The value as it is typed.</returns>
    public static string Draw(SweptRange range, ulong seed, int sample)
    {
        SplittableRandom random = new SplittableRandom(seed).Split("sweep").Split(range.Option).Split((ulong)sample);
        bool isWhole = IsWhole(range.Option);

        // Each whole number has an interval of its own: the last one too.
        double most = isWhole ? range.Most + 1 : range.Most;
        double value = range.IsLogarithmic
            ? Math.Exp(random.NextUniform(Math.Log(range.Least), Math.Log(most)))
            : random.NextUniform(range.Least, most);
        value = isWhole ? Math.Floor(value) : Rounded(value);
        return ValueRule.TextOf(Math.Clamp(value, range.Least, range.Most));
    }

    /// <summary>Whether an option takes whole numbers alone.</summary>
    public static bool IsWhole(string option) => TrainingOptions.Named(option)!.Values.Type != typeof(double);

    // So many digits that no result depends on the next one, and so few that a command with the value can be read.
    private static double Rounded(double value) => double.Parse(
        value.ToString($"E{SignificantDigits - 1}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
