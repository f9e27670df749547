using System.Globalization;
using Backflow.Training;

namespace Backflow.Lessons;

/// <summary>The values of a question by name, each read within its bounds.</summary>
/// <param name="values">What was given; the rest has its usual value.</param>
internal sealed class QuestionValues(IReadOnlyDictionary<string, string> values)
{
    private const int LongestValue = 128;

    /// <summary>A word, as the name of a cell.</summary>
    public string Text(string name, string usual)
    {
        string text = values.GetValueOrDefault(name, usual);
        return text.Length <= LongestValue
            ? text
            : throw Wrong(name, $"at most {LongestValue} characters", usual);
    }

    /// <summary>A whole number from <paramref name="least"/> to <paramref name="greatest"/>.</summary>
    public long Whole(string name, long usual, long least, long greatest) =>
        !values.TryGetValue(name, out string? text) ? usual
            : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
                && value >= least && value <= greatest ? value
            : throw Wrong(
                name,
                string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {greatest}"),
                usual.ToString(CultureInfo.InvariantCulture));

    /// <summary>A finite number from <paramref name="least"/> to <paramref name="greatest"/>.</summary>
    public double Real(string name, double usual, double least, double greatest) =>
        !values.TryGetValue(name, out string? text) ? usual
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                && value >= least && value <= greatest ? value
            : throw Wrong(
                name,
                string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {greatest}"),
                usual.ToString(CultureInfo.InvariantCulture));

    private static ExperimentException Wrong(string name, string allowed, string usual) =>
        new($"'{name}' must be {allowed}.", $"{name}={usual}");
}
