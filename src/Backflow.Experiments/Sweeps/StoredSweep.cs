using System.Collections.Immutable;
using System.Text.Json;
using Backflow.Runs;
using Backflow.Runs.Manifest;
using Backflow.Runs.Requests;
using Backflow.Training;

namespace Backflow.Experiments.Sweeps;

/// <summary>Sweeps as a store keeps them, whether a process is at work on them or not.</summary>
public static class StoredSweep
{
    internal const string ReportTitle = "Sweep";

    /// <summary>The sweeps of a store, newest first.</summary>
    /// <param name="store">Where they are kept.</param>
    /// <returns>Their runs.</returns>
    public static ImmutableArray<RunManifest> List(RunStore store) =>
        [.. store.ListRuns().Where(static run => run.Kind == RunKind.Sweep)];

    /// <summary>Finds a sweep.</summary>
    /// <param name="store">The store that keeps it.</param>
    /// <param name="word">Its whole name, or the id of its run.</param>
    /// <returns>Its run.</returns>
    /// <exception cref="ExperimentException">There is no such sweep.</exception>
    public static RunManifest Find(RunStore store, string word)
    {
        ImmutableArray<RunManifest> sweeps = List(store);
        return sweeps.FirstOrDefault(sweep => sweep.Name == word)
            ?? sweeps.FirstOrDefault(sweep => sweep.Id == word)
            ?? throw new ExperimentException(
                sweeps.IsEmpty
                    ? $"There is no sweep '{word}': {store.Path} has none."
                    : $"There is no sweep '{word}'; {store.Path} has "
                        + $"{string.Join(", ", sweeps.Take(5).Select(static sweep => sweep.Name))}"
                        + $"{(sweeps.Length > 5 ? " and others" : string.Empty)}.",
                "Take the name of one that is there.");
    }

    /// <summary>What a sweep has come to so far.</summary>
    /// <param name="store">The store that keeps it.</param>
    /// <param name="word">Its whole name, or the id of its run.</param>
    /// <param name="commands">Writes the best command; null for settings.</param>
    /// <returns>The report.</returns>
    /// <exception cref="ExperimentException">There is no such sweep.</exception>
    public static SweepReport Report(RunStore store, string word, ICommandWriter? commands = null)
    {
        RunManifest sweep = Find(store, word);
        SweepPlan plan = new(SweepDefinition.FromJson(sweep.ConfigurationJson));
        SweepPayload? kept = Kept(store, sweep);
        SweepEnd end = sweep.Status switch
        {
            RunStatus.Running => SweepEnd.Running,
            RunStatus.Completed => SweepEnd.Complete,
            _ => kept?.End ?? SweepEnd.Interrupted,
        };
        return new SweepResults(store, sweep, plan, kept?.Failures).Report(end, commands);
    }

    /// <summary>Asks the process that is at work on a sweep to end it with checkpoints.</summary>
    /// <param name="store">The store that keeps it.</param>
    /// <param name="word">Its whole name, or the id of its run.</param>
    /// <returns>Its run; null where no process is at work on it.</returns>
    /// <exception cref="ExperimentException">There is no such sweep.</exception>
    public static RunManifest? Cancel(RunStore store, string word)
    {
        RunManifest sweep = Find(store, word);
        if (sweep.Status != RunStatus.Running)
        {
            return null;
        }

        store.Requests.Ask(sweep.Id, RunRequestKind.Stop);
        return sweep;
    }

    /// <summary>What of a sweep's definition differs from another one.</summary>
    internal static IEnumerable<string> Differences(RunManifest sweep, SweepDefinition definition) =>
        SweepDefinition.FromJson(sweep.ConfigurationJson).DifferencesFrom(definition);

    /// <summary>Throws where a name is taken by a run that is none of the sweep.</summary>
    /// <param name="store">Where they are kept.</param>
    /// <param name="plan">The trainings.</param>
    /// <param name="name">The sweep's name; null where the store makes a new one.</param>
    /// <param name="sweepId">The sweep's run; null where it has none yet.</param>
    internal static void RequireNames(RunStore store, SweepPlan plan, string? name, string? sweepId)
    {
        if (name is null)
        {
            return;
        }

        HashSet<string> names = [.. plan.Members.Select(member => member.NameIn(name))];
        if (sweepId is null)
        {
            names.Add(name);
        }

        if (store.ListRuns().FirstOrDefault(run =>
            (sweepId is null || run.BelongsTo != sweepId) && names.Contains(run.Name)) is RunManifest other)
        {
            throw new ExperimentException(
                $"The sweep needs the name {other.Name}, and run {other.Id} has it.",
                $"Give the sweep another {"Name":setting}.");
        }
    }

    private static SweepPayload? Kept(RunStore store, RunManifest sweep)
    {
        try
        {
            return store.OpenReader(sweep.Id).Events().LastOrDefault(static one => one.Title == ReportTitle)
                is { PayloadJson: string json }
                ? JsonSerializer.Deserialize(json, SweepJson.Default.SweepPayload)
                : null;
        }
        catch (JsonException)
        {
            // Of a later build: the runs tell the rest.
            return null;
        }
    }
}
