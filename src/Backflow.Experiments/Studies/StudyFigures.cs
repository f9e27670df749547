using System.Globalization;

namespace Backflow.Experiments.Studies;

/// <summary>How numbers are written in findings, tables and CSV files.</summary>
internal static class StudyFigures
{
    /// <summary>Two or three digits, with an exponent where the number is far from 1.</summary>
    public static string Short(double value) => value switch
    {
        0 => "0",
        double.NaN => "–",
        double.PositiveInfinity => "∞",
        double.NegativeInfinity => "−∞",
        _ => value.ToString(
            Math.Abs(value) switch { < 0.001 or >= 10_000 => "0.0e+0", < 0.1 => "0.####", < 10 => "0.###", _ => "0.##" },
            CultureInfo.InvariantCulture),
    };

    /// <summary>A share in percent.</summary>
    public static string Percent(double share) =>
        double.IsNaN(share) ? "–" : (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    /// <summary>Every digit: what a CSV file has.</summary>
    public static string Exact(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);

    /// <summary>
    /// From the least to the largest; NaN comes last, as what a network ends with that diverged is no small loss.
    /// </summary>
    public static double[] Sorted(IEnumerable<double> values) =>
        [.. values.OrderBy(double.IsNaN).ThenBy(static value => value)];

    /// <summary>The middle value; of an even number the mean of the two middle ones.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = Sorted(values);
        return sorted.Length == 0 ? double.NaN
            : sorted.Length % 2 == 1 ? sorted[sorted.Length / 2]
            : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>"a, b and c".</summary>
    public static string List(IReadOnlyList<string> words) => words.Count switch
    {
        0 => "none",
        1 => words[0],
        _ => string.Join(", ", words.Take(words.Count - 1)) + " and " + words[^1],
    };
}
