using System.Collections.Immutable;
using Backflow.Experiments.Recording;
using Backflow.Runs;
using Backflow.Runs.Manifest;
using Backflow.Telemetry;

namespace Backflow.Cli.Output;

/// <summary>The runs that a list shows, and what it leaves out.</summary>
/// <param name="Runs">Those that it shows, newest first.</param>
/// <param name="Kept">How many the store keeps.</param>
/// <param name="LeftOut">How many match and belong to a diagnosis, a sweep or the dependency page.</param>
internal sealed record RunList(ImmutableArray<RunOverview> Runs, int Kept, int LeftOut)
{
    /// <summary>What is left out, and how to see it; null where nothing is.</summary>
    public string? LeftOutSentence => LeftOut == 0 ? null
        : $"Left out: {NumberText.Count(LeftOut)} {(LeftOut == 1 ? "trial or network" : "trials and networks")} of "
            + $"diagnoses, of sweeps and of the dependency page. List them too:  {CommandName.Of("runs", "--all")}";

    /// <summary>Lists what a store keeps.</summary>
    /// <param name="store">Whose runs are listed.</param>
    /// <param name="filter">What is looked for; null for everything.</param>
    /// <param name="all">Whether runs that belong to something are shown too.</param>
    public static RunList Of(RunStore store, string? filter, bool all)
    {
        ImmutableArray<RunOverview> kept = store.ListOverviews(RecordedReach.Metrics);
        RunFilter? wanted = filter is null ? null : RunFilter.TryParse(filter);
        ImmutableArray<RunOverview> matching = [.. kept.Where(one => wanted?.Matches(one.Run) ?? true)];
        ImmutableArray<RunOverview> shown = [.. matching.Where(one => all || one.Run.BelongsTo is null)];
        return new RunList(shown, kept.Length, matching.Length - shown.Length);
    }
}
