namespace Backflow.Runs.Recording;

/// <summary>How much a recorder holds back before it writes, and before it drops rows.</summary>
public sealed record RecorderOptions
{
    /// <summary>The most rows that wait to be written; further ones are dropped and counted. At least 1.</summary>
    public int RowCapacity { get; init; } = 4_096;

    /// <summary>The longest time between a value and its commit, while the disk keeps up.</summary>
    public TimeSpan CommitInterval { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How many waiting values start a commit before the interval has passed. At least 1.</summary>
    public int BatchSize { get; init; } = 2_048;

    /// <summary>
    /// Buckets of steps in which rows are kept for each doubling of the steps, a power of two: see docs/run-format.md.
    /// </summary>
    public long RowBucketsPerDoubling { get; init; } = 512;

    /// <summary>How often an idle recorder says that its process lives.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(2);
}
