using System.Text.RegularExpressions;

namespace Backflow.Cli.Tests.Words;

/// <summary>
/// What the sources are held to, line by line: width, comments that can be read alone, one way of numbers.
/// </summary>
internal static partial class SourceRules
{
    /// <summary>The widest line, in characters.</summary>
    public const int Columns = 120;

    /// <summary>Numbers of lines, from 1, that are too wide.</summary>
    public static IEnumerable<(int Line, string Found)> WideLines(IReadOnlyList<string> lines) =>
        Lines(lines, static line => line.Length > Columns ? $"{line.Length} columns" : null);

    /// <summary>Summaries that continue another text, and so cannot be read where an editor shows them alone.</summary>
    public static IEnumerable<(int Line, string Found)> DependentSummaries(IReadOnlyList<string> lines)
    {
        for (int i = 0; i < lines.Count; i++)
        {
            Match summary = Summary().Match(lines[i]);
            if (!summary.Success)
            {
                continue;
            }

            string text = summary.Groups[1].Value.Length > 0 || i + 1 == lines.Count
                ? summary.Groups[1].Value
                : CommentMark().Replace(lines[i + 1], string.Empty);
            if (Dependent().IsMatch(text))
            {
                yield return (i + 1, text);
            }
        }
    }

    /// <summary>Comments of parameters that have no word beside the parameter's name.</summary>
    public static IEnumerable<(int Line, string Found)> RepeatedNames(IReadOnlyList<string> lines) =>
        Lines(lines, static line => Parameter().Matches(line)
            .FirstOrDefault(static comment => IsName(comment.Groups[1].Value, comment.Groups[2].Value))?.Value);

    /// <summary>Formats that write a number for people in another way than NumberText.</summary>
    public static IEnumerable<(int Line, string Found)> OwnNumberFormats(IReadOnlyList<string> lines) =>
        Lines(lines, static line => NumberFormat().Match(LineComment().Replace(line, string.Empty)) is
        { Success: true } format
            ? format.Value
            : null);

    private static IEnumerable<(int Line, string Found)> Lines(
        IReadOnlyList<string> lines, Func<string, string?> find) => lines
        .Select((line, i) => (Line: i + 1, Found: find(line)))
        .Where(static one => one.Found is not null)
        .Select(static one => (one.Line, one.Found!));

    private static bool IsName(string name, string text)
    {
        string[] words = [.. Word().Matches(Reference().Replace(text, "$1").ToUpperInvariant())
            .Select(static word => word.Value)
            .Where(static word => word is not ("THE" or "A" or "AN" or "ITS" or "OF" or "THIS"))
            .Order(StringComparer.Ordinal)];
        IEnumerable<string> parts = Capitals().Replace(name, " ").ToUpperInvariant().Split(' ');
        return words.Length == 0 || words.SequenceEqual(parts.Order(StringComparer.Ordinal));
    }

    [GeneratedRegex(@"///\s*<summary>\s*(.*)$")]
    private static partial Regex Summary();

    [GeneratedRegex(@"^\s*///\s*")]
    private static partial Regex CommentMark();

    [GeneratedRegex(@"^(?:It|Its|They|Their|The same|Whether they|Whether it)\b")]
    private static partial Regex Dependent();

    [GeneratedRegex("""<(?:type)?param name="(\w+)">\s*(.*?)\s*</(?:type)?param>""")]
    private static partial Regex Parameter();

    [GeneratedRegex("""<[^>]*cref="(?:[^"]*\.)?(\w+)"[^>]*/?>""")]
    private static partial Regex Reference();

    [GeneratedRegex("[A-Z0-9]+")]
    private static partial Regex Word();

    [GeneratedRegex("(?<=[a-z])(?=[A-Z])")]
    private static partial Regex Capitals();

    [GeneratedRegex("//.*$")]
    private static partial Regex LineComment();

    // "G4", "E2", "P0", "N0", "0.0e+0": as an argument, or behind the colon of an interpolated value.
    [GeneratedRegex(
        """ "(?:[GE]\d+|P\d|N\d|[0\#.]*[eE][+-]?0+)"|[\w)\]?]:(?:[GE]\d+|P\d|N\d|[0\#.]*[eE][+-]?0+)\}""",
        RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex NumberFormat();
}
