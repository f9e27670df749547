using System.Collections.Immutable;
using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>How much a verdict matters.</summary>
public enum VerdictSeverity
{
    /// <summary>Worth knowing; healthy training has it too.</summary>
    Information,

    /// <summary>Training goes on, and worse than it could.</summary>
    Warning,

    /// <summary>Training is broken.</summary>
    Error,
}

/// <summary>A number that a verdict rests on.</summary>
/// <param name="Name">What was measured, such as "lag" or <see cref="UnhealthySinceStep"/>.</param>
/// <param name="Value">Any value; NaN and infinities are findings.</param>
public readonly record struct Evidence(string Name, double Value)
{
    /// <summary>The name of the step from which on every measurement was unhealthy.</summary>
    public const string UnhealthySinceStep = "unhealthy-since-step";
}

/// <summary>What a rule found: where and when, how it is known, what it means, what to change.</summary>
public sealed record Verdict
{
    /// <summary>The rule's name, its row in docs/verdicts.md.</summary>
    public required string Rule { get; init; }

    /// <summary>How much it matters.</summary>
    public required VerdictSeverity Severity { get; init; }

    /// <summary>The step at which the rule was sure.</summary>
    public required long Step { get; init; }

    /// <summary>The layer, from 0; null where it concerns the whole network.</summary>
    public int? Layer { get; init; }

    /// <summary>The gate, see <see cref="CellDescription.GateNames"/>; null for none.</summary>
    public string? Gate { get; init; }

    /// <summary>The timestep, from 0; null for none.</summary>
    public int? Timestep { get; init; }

    /// <summary>The metric that showed it, as <see cref="MetricRegistry"/> knows it.</summary>
    public required string Metric { get; init; }

    /// <summary>What was measured.</summary>
    public required double Value { get; init; }

    /// <summary>What it was compared with.</summary>
    public required double Threshold { get; init; }

    /// <summary>More numbers that show it.</summary>
    public required ImmutableArray<Evidence> Evidence { get; init; }

    /// <summary>What it means, in one sentence.</summary>
    public required string Meaning { get; init; }

    /// <summary>What to change, the most promising first.</summary>
    public required ImmutableArray<Remedy> Remedies { get; init; }

    /// <summary>A rule's name as a title.</summary>
    /// <param name="rule">The name, such as vanishing-over-time.</param>
    /// <returns>Such as "Vanishing over time".</returns>
    public static string TitleOf(string rule)
    {
        string words = rule.Replace('-', ' ');
        return char.ToUpperInvariant(words[0]) + words[1..];
    }

    /// <summary>Where and when, in half a line: "step 120, layer 0, gate forget, timestep 3".</summary>
    public string Place => string.Join(
        ", ",
        new[]
        {
            FormattableString.Invariant($"step {Step}"),
            Layer is int layer ? FormattableString.Invariant($"layer {layer}") : null,
            Gate is null ? null : $"gate {Gate}",
            Timestep is int timestep ? FormattableString.Invariant($"timestep {timestep}") : null,
        }.Where(static part => part is not null));
}
