using System.Text.RegularExpressions;

namespace Backflow.Cli.Tests;

/// <summary>The string literals of C# source, without comments.</summary>
internal static partial class SourceLiterals
{
    /// <summary>Every literal of a file: plain, verbatim, raw, interpolated.</summary>
    public static IEnumerable<string> Of(string source) => Token().Matches(source)
        .Where(static match => match.Groups["text"].Success)
        .Select(static match => match.Groups["text"].Value);

    // In this order: comments, characters, raw, verbatim and plain strings. What stands first is taken whole, so that a
    // quote within a comment begins no string.
    [GeneratedRegex(
        """
        //[^\n]*
        | /\*.*?\*/
        | '(?:\\.|[^\\'])+'
        | (?<quotes>"{3,})(?<text>.*?)\k<quotes>
        | (?:@\$?|\$@)"(?<text>(?:""|[^"])*)"
        | "(?<text>(?:\\.|[^"\\\n])*)"
        """,
        RegexOptions.Singleline | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Token();
}
