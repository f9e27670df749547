using System.Collections.Immutable;

namespace Backflow.Runs.Manifest;

/// <summary>Finds the runs that a mistyped word may have meant.</summary>
internal static class NearNames
{
    private const int MostCandidates = 5;

    /// <summary>The nearest runs, nearest first.</summary>
    /// <param name="word">What was typed.</param>
    /// <param name="runs">Id and name of every run, newest first: equal distances prefer the newer run.</param>
    public static ImmutableArray<(string Id, string Name)> Find(
        string word, IEnumerable<(string Id, string Name)> runs) =>
    [
        .. runs
            .OrderBy(run => Math.Min(Distance(word, run.Id), Distance(word, run.Name)))
            .Take(MostCandidates),
    ];

    /// <summary>Levenshtein's distance: insertions, deletions and replacements from one word to the other.</summary>
    public static int Distance(string from, string to)
    {
        int[] previous = [.. Enumerable.Range(0, to.Length + 1)];
        int[] current = new int[to.Length + 1];
        for (int i = 1; i <= from.Length; i++)
        {
            current[0] = i;
            for (int j = 1; j <= to.Length; j++)
            {
                int replaced = previous[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                current[j] = Math.Min(replaced, Math.Min(previous[j], current[j - 1]) + 1);
            }

            (previous, current) = (current, previous);
        }

        return previous[to.Length];
    }
}
