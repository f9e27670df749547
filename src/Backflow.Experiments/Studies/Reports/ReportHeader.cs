namespace Backflow.Experiments.Studies.Reports;

/// <summary>What a report says about where its numbers come from.</summary>
internal sealed record ReportHeader
{
    /// <summary>The study.</summary>
    public required string Name { get; init; }

    /// <summary>The study's question.</summary>
    public required string Question { get; init; }

    /// <summary>What was measured.</summary>
    public required string Method { get; init; }

    /// <summary>Command, seed, run, version, machine and time, by name.</summary>
    public required IReadOnlyList<(string Term, string Value)> Terms { get; init; }
}
