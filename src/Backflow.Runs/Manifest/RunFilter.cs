using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Backflow.Runs.Manifest;

/// <summary>Which runs a person looks for: by words, by tags, or by a regular expression between slashes.</summary>
/// <remarks>
/// The page of runs filters alike. An expression takes time in proportion to the text: .NET's engine without
/// backtracking, which knows neither references back nor looking around.
/// </remarks>
public sealed class RunFilter
{
    /// <summary>The most characters of a filter.</summary>
    public const int Longest = 200;

    private const string TagWord = "tag:";

    private static readonly TimeSpan LongestMatch = TimeSpan.FromSeconds(1);

    private readonly ImmutableArray<string> _words;
    private readonly Regex? _expression;

    private RunFilter(ImmutableArray<string> words, Regex? expression)
    {
        _words = words;
        _expression = expression;
    }

    /// <summary>Reads a filter.</summary>
    /// <param name="text">Words such as "lstm tag:good", all of which must be found in any case of letters, or an
    /// expression such as "/^gru-00/"; at most <see cref="Longest"/> characters.</param>
    /// <returns>The filter; null where an expression is none.</returns>
    public static RunFilter? TryParse(string text)
    {
        string filter = text.Trim();
        if (text.Length > Longest)
        {
            return null;
        }

        if (!filter.StartsWith('/'))
        {
            return new RunFilter(
                [.. filter.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)], expression: null);
        }

        if (filter.Length < 3 || !filter.EndsWith('/'))
        {
            return null;
        }

        try
        {
            return new RunFilter([], new Regex(
                filter[1..^1],
                RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking,
                LongestMatch));
        }
        catch (Exception refused) when (refused is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>Whether a run is one of those that are looked for.</summary>
    /// <param name="run">Any run.</param>
    public bool Matches(RunManifest run)
    {
        string[] texts =
        [
            run.Name, run.Task, run.Cell, RunTable.StatusText(run.Status), run.Id, .. run.Tags, run.Note,
        ];
        return _expression is not null
            ? texts.Any(_expression.IsMatch)
            : _words.All(word => IsTag(run, word) || texts.Any(text => Contains(text, word)));
    }

    private static bool IsTag(RunManifest run, string word) =>
        word.StartsWith(TagWord, StringComparison.OrdinalIgnoreCase)
        && run.Tags.Contains(word[TagWord.Length..], StringComparer.OrdinalIgnoreCase);

    private static bool Contains(string text, string word) => text.Contains(word, StringComparison.OrdinalIgnoreCase);
}
