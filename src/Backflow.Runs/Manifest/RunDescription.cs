namespace Backflow.Runs.Manifest;

/// <summary>What the caller knows about a run before its first step.</summary>
public sealed record RunDescription
{
    /// <summary>The first part of the id: lstm becomes lstm-0001. [a-z0-9][a-z0-9-]*, at most 50 characters.</summary>
    public required string Prefix { get; init; }

    /// <summary>The name people see; null takes the id. Unique in the store.</summary>
    public string? Name { get; init; }

    /// <summary>What the run is.</summary>
    public RunKind Kind { get; init; }

    /// <summary>The id of the run that it is a trial of, or a word of the program for runs that are none of the user's,
    /// at most 63 of a to z, 0 to 9 and hyphens; null for a run of its own.</summary>
    public string? BelongsTo { get; init; }

    /// <summary>What is learned, such as adding.</summary>
    public required string Task { get; init; }

    /// <summary>What learns, such as lstm.</summary>
    public required string Cell { get; init; }

    /// <summary>Everything that is needed to repeat the run, as JSON that only the caller reads.</summary>
    public required string ConfigurationJson { get; init; }

    /// <summary>The seed of every random draw.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The version of Backflow that trains.</summary>
    public required string ProductVersion { get; init; }

    /// <summary>The machine in words, such as "Linux x64, 16 cores, AVX-512".</summary>
    public required string Machine { get; init; }

    /// <summary>The command that started the run, as typed.</summary>
    public required string CommandLine { get; init; }
}
