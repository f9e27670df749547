using System.Collections.Immutable;
using Backflow.Runs.Notes;

namespace Backflow.Runs.Manifest;

/// <summary>A run as it stood when it was read.</summary>
public sealed record RunManifest
{
    // As the store has them: two arrays are the same only where they are one, two texts where they read alike.
    private readonly string _tags = RunTag.ToColumn([]);

    /// <summary>The slug that names the run for ever, such as lstm-0001; never given to another run.</summary>
    public required string Id { get; init; }

    /// <summary>The name people see; the id until the run is renamed. Unique in the store.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Where the run stands. A run that is stored as running while its process is dead is reported as
    /// <see cref="RunStatus.Interrupted"/>.
    /// </summary>
    public required RunStatus Status { get; init; }

    /// <summary>What the run is.</summary>
    public RunKind Kind { get; init; }

    /// <summary>The id of the run that it is a trial of, or a word of the program for runs that are none of the user's;
    /// null for a run of its own.</summary>
    public string? BelongsTo { get; init; }

    /// <summary>When the run was created, UTC.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When anything about the run last changed, UTC.</summary>
    public required DateTimeOffset Updated { get; init; }

    /// <summary>What is learned, such as adding.</summary>
    public required string Task { get; init; }

    /// <summary>What learns, such as lstm.</summary>
    public required string Cell { get; init; }

    /// <summary>Everything that is needed to repeat the run, as JSON that only the caller reads.</summary>
    public required string ConfigurationJson { get; init; }

    /// <summary>The seed of every random draw.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The version of Backflow that created the run.</summary>
    public required string ProductVersion { get; init; }

    /// <summary>The machine in words.</summary>
    public required string Machine { get; init; }

    /// <summary>The command that started the run, as typed.</summary>
    public required string CommandLine { get; init; }

    /// <summary>The process that trains or last trained the run.</summary>
    public required int ProcessId { get; init; }

    /// <summary>When that process last showed that it lives, UTC.</summary>
    public required DateTimeOffset Heartbeat { get; init; }

    /// <summary>The newest step in the store, the final one once the run has ended; null before the first.</summary>
    public long? LastStep { get; init; }

    /// <summary>The training loss at the end; may be NaN; null until the run has ended.</summary>
    public double? FinalTrainingLoss { get; init; }

    /// <summary>The validation loss at the end; may be NaN; null until then, or without validation.</summary>
    public double? FinalValidationLoss { get; init; }

    /// <summary>Rows that were recorded faster than they could be written, and therefore not kept.</summary>
    public long DroppedRows { get; init; }

    /// <summary>Whether lists show the run first.</summary>
    public bool IsPinned { get; init; }

    /// <summary>Whether the process that trains the run waits, as it was asked to.</summary>
    public bool IsPaused { get; init; }

    /// <summary>Words that people find the run by, in the order of the alphabet.</summary>
    public ImmutableArray<string> Tags
    {
        get => RunTag.FromColumn(_tags);
        init => _tags = RunTag.ToColumn(value);
    }

    /// <summary>What people wrote about the run: any text; empty without a note.</summary>
    public string Note { get; init; } = string.Empty;

    /// <summary>
    /// How often steps were discarded in order to be repeated; a change tells a reader to start over.
    /// </summary>
    public long Rewinds { get; init; }
}
