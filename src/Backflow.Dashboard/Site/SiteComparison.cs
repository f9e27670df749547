using System.Collections.Immutable;
using Backflow.Experiments.Comparison;
using Backflow.Runs;
using Backflow.Training;
using Backflow.Training.Tasks.Sequences;

namespace Backflow.Dashboard.Site;

/// <summary>The comparison that a site shows: an RNN and an LSTM that add two of fifty numbers.</summary>
/// <remarks>
/// Trained when a site is written, in a second or two, in a store of its own. The page's small training, left as it is,
/// does the same steps on the same sequences.
/// </remarks>
public static class SiteComparison
{
    private const string Task = "adding";
    private const int Length = 50;

    /// <summary>Steps of each network.</summary>
    public const int Steps = 300;

    private static readonly ImmutableArray<string> ComparedCells =
        [ConfigurationRules.CellName("rnn"), ConfigurationRules.CellName("lstm")];

    /// <summary>Trains the comparison, hands over the store that keeps it, and deletes the store.</summary>
    /// <param name="commandLine">The command that trains the same, as the runs keep it.</param>
    /// <param name="clock">What tells the time.</param>
    /// <param name="use">Uses the store and the runs' ids.</param>
    /// <param name="cancellation">Ends the training.</param>
    /// <typeparam name="T">What the use gives.</typeparam>
    /// <returns>What the use gave.</returns>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public static T Train<T>(
        string commandLine,
        TimeProvider clock,
        Func<RunStore, ImmutableArray<string>, T> use,
        CancellationToken cancellation)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("backflow-");
        try
        {
            using RunStore store = RunStore.Open(Path.Combine(folder.FullName, "site.db"));
            using CellComparison comparison = CellComparison.Create(
                store,
                TaskCatalogue.Find(Task).Defaults with
                {
                    Task = Task,
                    TaskOptions = ImmutableSortedDictionary<string, int>.Empty.Add("length", Length),
                    Steps = Steps,
                    TelemetryInterval = "1",
                },
                ComparedCells,
                sameSize: false,
                name: null,
                commandLine,
                static _ => new SilentObserver(),
                clock);
            comparison.Train(cancellation);
            cancellation.ThrowIfCancellationRequested();
            return use(store, comparison.RunIds);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
