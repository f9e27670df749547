using System.Globalization;

namespace Backflow.Experiments.Studies;

/// <summary>What studies make of the numbers of several seeds, and how CSV files have them.</summary>
internal static class StudyFigures
{
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
