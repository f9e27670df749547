using System.Text.RegularExpressions;

namespace Backflow.Runs.Manifest;

/// <summary>The shape of a run's id: a short slug that is also the name of its checkpoint folder.</summary>
public static partial class RunId
{
    private const int LongestPrefix = 50;

    /// <summary>Whether a text may be the id of a run: [a-z0-9][a-z0-9-]{0,62}.</summary>
    /// <param name="id">Any text.</param>
    /// <returns>True for letters, digits and hyphens that no path can be made of.</returns>
    public static bool IsValid(string? id) => id is not null && Slug().IsMatch(id);

    /// <summary>Whether a text may be the prefix of ids, as lstm is of lstm-0001.</summary>
    /// <param name="prefix">Any text.</param>
    /// <returns>True for a valid id of at most 50 characters.</returns>
    public static bool IsValidPrefix(string? prefix) => IsValid(prefix) && prefix!.Length <= LongestPrefix;

    // \z and not $: $ also matches before a closing line feed.
    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Slug();
}
