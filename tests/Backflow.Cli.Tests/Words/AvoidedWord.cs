using System.Text.RegularExpressions;

namespace Backflow.Cli.Tests.Words;

/// <summary>A word that the project does not use, and the word of the glossary that it uses instead.</summary>
/// <param name="Pattern">Finds the word in a text whose names are split at their capitals.</param>
/// <param name="Instead">The word to write.</param>
internal sealed partial record AvoidedWord(Regex Pattern, string Instead)
{
    /// <summary>The whole list.</summary>
    public static IReadOnlyList<AvoidedWord> All { get; } =
    [
        Of("cure|cures|cured|curing", "remedy"),
        Of("sick|sickness", "unhealthy"),
        Of("disease|diseases", "fault, or finding"),
        Of("(?:left|leave|leaves|leaving) the numbers", "NaN or infinite"),
        Of("tile units?", "AMX"),
        Of("first visitors?", "warm-up"),
        Of("nobody|whoever|somebody|someone", "a sentence with a subject"),
    ];

    /// <summary>What is wrong with a line, one sentence per word.</summary>
    public static IEnumerable<string> In(string line)
    {
        string text = Capitals().Replace(line, " ");
        return All
            .Select(word => (Match: word.Pattern.Match(text), word.Instead))
            .Where(static found => found.Match.Success)
            .Select(static found => $"'{found.Match.Value}': write {found.Instead}");
    }

    private static AvoidedWord Of(string word, string instead) => new(
        new Regex($"(?<![a-z])(?:{word})(?![a-z])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant), instead);

    // IsSick becomes "Is Sick".
    [GeneratedRegex("(?<=[a-z])(?=[A-Z])")]
    private static partial Regex Capitals();
}
