using System.Text.Json.Serialization;
using Backflow.Runs;
using Backflow.Runs.Checkpoints;
using Backflow.Runs.Manifest;
using Backflow.Training;

namespace Backflow.Experiments.Sweeps;

/// <summary>Where a training of a sweep stands.</summary>
[JsonConverter(typeof(LowerCaseWords<MemberStatus>))]
public enum MemberStatus
{
    /// <summary>Nothing was begun.</summary>
    Waiting,

    /// <summary>A process trains it.</summary>
    Running,

    /// <summary>Left at a checkpoint, to go on from there.</summary>
    Interrupted,

    /// <summary>All steps are done.</summary>
    Completed,

    /// <summary>Ended for good before its last step; the reason is recorded with its run.</summary>
    Stopped,

    /// <summary>The loss or a gradient was NaN or infinite, or the training could not begin.</summary>
    Failed,
}

/// <summary>A training of a sweep as the store has it.</summary>
/// <param name="Member">Which one.</param>
/// <param name="Name">The name of its run.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="RunId">Its run; null before there is one.</param>
/// <param name="Step">Steps done; of one that was left those of its newest checkpoint.</param>
/// <param name="Steps">Steps of the whole training, as the data decides it.</param>
/// <param name="Reason">Why it was stopped or failed, in a sentence; null where it was not.</param>
public sealed record MemberState(
    SweepMember Member, string Name, MemberStatus Status, string? RunId, long Step, long Steps, string? Reason)
{
    /// <summary>Whether nothing more is trained of it.</summary>
    public bool IsOver => Status is MemberStatus.Completed or MemberStatus.Stopped or MemberStatus.Failed;

    /// <summary>The states of all members, by what their runs say.</summary>
    /// <param name="store">The store that has the runs.</param>
    /// <param name="sweep">The sweep's run.</param>
    /// <param name="plan">Its trainings.</param>
    /// <param name="failures">Why trainings failed where no run says so, by name; null for none.</param>
    /// <returns>In the order of the members.</returns>
    internal static IEnumerable<MemberState> ReadAll(
        RunStore store, RunManifest sweep, SweepPlan plan, IReadOnlyDictionary<string, string>? failures = null)
    {
        Dictionary<string, RunManifest> runs = new(StringComparer.Ordinal);
        foreach (RunManifest run in store.ListRuns().Where(run => run.BelongsTo == sweep.Id))
        {
            runs.TryAdd(SweepMember.NumberIn(run.Name), run);
        }

        return plan.Members.Select(member =>
        {
            string name = member.NameIn(sweep.Name);
            return runs.GetValueOrDefault(SweepMember.NumberIn(name)) is RunManifest run
                ? Of(store, member, run, failures?.GetValueOrDefault(name))
                : Without(member, name, failures?.GetValueOrDefault(name));
        });
    }

    /// <summary>The state of one member, read again.</summary>
    /// <param name="store">The store that has the runs.</param>
    /// <param name="failure">Why it failed, where no run says so; null where it did not.</param>
    internal MemberState ReadAgain(RunStore store, string? failure)
    {
        try
        {
            // By its name: a run without a checkpoint is made anew, with another id.
            return Of(store, Member, store.FindRunInFull(Name), failure);
        }
        catch (RunNotFoundException)
        {
            return Without(Member, Name, failure);
        }
    }

    private static MemberState Without(SweepMember member, string name, string? failure) => new(
        member,
        name,
        failure is null ? MemberStatus.Waiting : MemberStatus.Failed,
        RunId: null,
        Step: 0,
        member.Configuration.Steps,
        failure);

    private static MemberState Of(RunStore store, SweepMember member, RunManifest run, string? failure)
    {
        // The step that diverged was recorded, and not done. A run that goes on does so from its checkpoint: of what
        // was recorded after it, some may be missing.
        long step = run.Status == RunStatus.Interrupted
            ? store.Checkpoints.List(run.Id) is [Checkpoint newest, ..] ? newest.Step : 0
            : Math.Max(0, (run.LastStep ?? 0) - (run.Status == RunStatus.Diverged ? 1 : 0));

        // A reader may go on with a run that was stopped; the sweep stays what it was.
        (long Step, string Reason)? stop = MemberStop.Of(store, run.Id);
        MemberStatus status = stop is not null ? MemberStatus.Stopped : run.Status switch
        {
            RunStatus.Running => MemberStatus.Running,
            RunStatus.Completed => MemberStatus.Completed,
            RunStatus.Diverged => MemberStatus.Failed,
            RunStatus.Interrupted => failure is null ? MemberStatus.Interrupted : MemberStatus.Failed,
            _ => throw new InvalidOperationException($"There is no status {run.Status}."),
        };
        string? reason = stop?.Reason
            ?? (run.Status == RunStatus.Diverged
                ? FormattableString.Invariant($"Loss or gradient of step {step + 1} is NaN or infinite.")
                : status == MemberStatus.Failed ? failure : null);
        return new MemberState(
            member,
            run.Name,
            status,
            run.Id,
            stop?.Step ?? step,
            TrainingConfiguration.FromJson(run.ConfigurationJson).Steps,
            reason);
    }
}
