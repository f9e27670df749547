using System.Globalization;
using Backflow.Runs;

namespace Backflow.Experiments.Recording;

/// <summary>Names of computations that keep several runs, TITLE/RUN.</summary>
internal static class RunTitles
{
    /// <summary>The first title with a number, such as compare-0001, that no run's name begins with.</summary>
    /// <param name="store">The store that has the runs.</param>
    /// <param name="word">What stands before the number.</param>
    public static string Next(RunStore store, string word)
    {
        HashSet<string> taken = [.. store.ListRuns().Select(static run => run.Name.Split('/')[0])];
        return Enumerable.Range(1, int.MaxValue - 1)
            .Select(number => string.Create(CultureInfo.InvariantCulture, $"{word}-{number:0000}"))
            .First(name => !taken.Contains(name));
    }
}
