using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Backflow.Experiments.Studies.Reports;

namespace Backflow.Experiments.Sweeps;

/// <summary>Why a sweep is not complete.</summary>
[JsonConverter(typeof(LowerCaseWords<SweepEnd>))]
public enum SweepEnd
{
    /// <summary>All trainings are over.</summary>
    Complete,

    /// <summary>The process was told to end, or was killed.</summary>
    Interrupted,

    /// <summary>The sweep was asked to end.</summary>
    Cancelled,

    /// <summary>The time of its budget was over.</summary>
    OutOfTime,

    /// <summary>A process is at work on it.</summary>
    Running,
}

/// <summary>What a sweep came to, or has come to so far.</summary>
public sealed record SweepReport
{
    /// <summary>The sweep's name.</summary>
    public required string Name { get; init; }

    /// <summary>The run that keeps it.</summary>
    public required string RunId { get; init; }

    /// <summary>The command that asked for it.</summary>
    public required string Command { get; init; }

    /// <summary>Whether all is done, or why it is not.</summary>
    public required SweepEnd End { get; init; }

    /// <summary>What points are compared by.</summary>
    public required string Metric { get; init; }

    /// <summary>Whether more of the metric is better.</summary>
    public required bool IsMaximised { get; init; }

    /// <summary>The swept options.</summary>
    public required ImmutableArray<string> Options { get; init; }

    /// <summary>Seeds per point.</summary>
    public required int Seeds { get; init; }

    /// <summary>Combinations that were asked for; those that are the same training are one point.</summary>
    public required int Combinations { get; init; }

    /// <summary>Trainings by where they stand.</summary>
    public required SweepCounts Counts { get; init; }

    /// <summary>Points, the best first.</summary>
    public required ImmutableArray<SweepRow> Points { get; init; }

    /// <summary>Every training, by its number.</summary>
    public required ImmutableArray<SweepMemberRow> Members { get; init; }

    /// <summary>How much each option explains.</summary>
    public required ImmutableArray<OptionImportance> Importance { get; init; }

    /// <summary>What the importance rests on, in sentences.</summary>
    public required string ImportanceText { get; init; }

    /// <summary>The command that trains the best point from its first seed; null before there is one.</summary>
    public required string? BestCommand { get; init; }
}

/// <summary>Trainings by where they stand.</summary>
/// <param name="All">How many the sweep has.</param>
/// <param name="Completed">Trained to their last step.</param>
/// <param name="Stopped">Ended before, for a reason.</param>
/// <param name="Failed">Diverged, or could not begin.</param>
/// <param name="Running">Trained now.</param>
/// <param name="Interrupted">Left at a checkpoint.</param>
/// <param name="Waiting">Not begun.</param>
public sealed record SweepCounts(
    int All, int Completed, int Stopped, int Failed, int Running, int Interrupted, int Waiting)
{
    internal static SweepCounts Of(IReadOnlyCollection<MemberState> states) => new(
        states.Count,
        Count(states, MemberStatus.Completed),
        Count(states, MemberStatus.Stopped),
        Count(states, MemberStatus.Failed),
        Count(states, MemberStatus.Running),
        Count(states, MemberStatus.Interrupted),
        Count(states, MemberStatus.Waiting));

    private static int Count(IReadOnlyCollection<MemberState> states, MemberStatus status) =>
        states.Count(state => state.Status == status);
}

/// <summary>A point with what its seeds came to.</summary>
/// <param name="Rank">From 1.</param>
/// <param name="Values">A value per swept option; null where it has no effect.</param>
/// <param name="Rung">The highest rung at which its seeds were compared, from 1; 0 for none.</param>
/// <param name="Step">The step of that rung; 0 for none.</param>
/// <param name="Mean">The mean of the metric over the seeds at that rung; null where none has one.</param>
/// <param name="Deviation">The standard deviation over the seeds; null below two.</param>
/// <param name="Count">Seeds with a value.</param>
/// <param name="Missing">Seeds without one.</param>
/// <param name="Members">The names of its runs.</param>
public sealed record SweepRow(
    int Rank,
    ImmutableArray<string?> Values,
    int Rung,
    long Step,
    double? Mean,
    double? Deviation,
    int Count,
    int Missing,
    ImmutableArray<string> Members);

/// <summary>A training of a sweep.</summary>
/// <param name="Name">The name of its run.</param>
/// <param name="RunId">The run; null before there is one.</param>
/// <param name="Values">A value per swept option; null where it has no effect.</param>
/// <param name="Seed">What it begins from.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps of the whole training.</param>
/// <param name="Value">The metric at the highest rung that it reached; null where there is none.</param>
/// <param name="Reason">Why it was stopped or failed; null where it was not.</param>
public sealed record SweepMemberRow(
    string Name,
    string? RunId,
    ImmutableArray<string?> Values,
    ulong Seed,
    MemberStatus Status,
    long Step,
    long Steps,
    double? Value,
    string? Reason);

/// <summary>What a sweep's run keeps at its end.</summary>
/// <param name="Report">What the page shows.</param>
/// <param name="Failures">Why trainings failed where no run says so, by name.</param>
/// <param name="End">Why the sweep is not complete.</param>
internal sealed record SweepPayload(
    ReportPage Report, ImmutableSortedDictionary<string, string> Failures, SweepEnd End);
