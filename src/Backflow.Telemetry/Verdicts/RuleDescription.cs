namespace Backflow.Telemetry;

/// <summary>One rule as the table in docs/verdicts.md knows it.</summary>
public sealed record RuleDescription
{
    /// <summary>The name in events, options and the table.</summary>
    public required string Name { get; init; }

    /// <summary>How much its verdicts matter.</summary>
    public required VerdictSeverity Severity { get; init; }

    /// <summary>The metric that it reads.</summary>
    public required string Metric { get; init; }

    /// <summary>When it speaks, as a formula; θ is the threshold.</summary>
    public required string FiresWhen { get; init; }

    /// <summary>What the rule is set to, unless a training changes it.</summary>
    public required RuleOptions Defaults { get; init; }

    /// <summary>Where the threshold comes from.</summary>
    public required string Source { get; init; }

    /// <summary>What it proposes, in a few words.</summary>
    public required string Proposes { get; init; }

    /// <summary>Makes the rule for one stream of measurements; null where the stream is none of its business.</summary>
    internal Func<MeasuredColumn, VerdictState, VerdictRule?> Create { get; init; } = static (_, _) => null;
}
