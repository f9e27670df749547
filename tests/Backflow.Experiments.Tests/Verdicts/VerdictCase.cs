using Backflow.Telemetry;
using Backflow.Training;

namespace Backflow.Experiments.Tests.Verdicts;

/// <summary>A short run with one fault, or with none, and the verdict that has to come.</summary>
/// <param name="Name">What is done to it, in a few words.</param>
/// <param name="Configuration">The run.</param>
/// <param name="Expected">The rule that has to speak; null for a healthy run.</param>
/// <param name="WithinSteps">The step at which it has to have spoken.</param>
/// <param name="Place">The place that it has to name.</param>
public sealed record VerdictCase(
    string Name, TrainingConfiguration Configuration, string? Expected, long WithinSteps, ExpectedPlace Place)
{
    /// <summary>The part of the catalogue that it belongs to.</summary>
    public CaseSet Set { get; init; }

    public override string ToString() => Name;
}

/// <summary>What the rules said about a case.</summary>
/// <param name="Case">What was trained, and the verdict that had to come.</param>
/// <param name="Verdicts">All verdicts that are as grave as their rule says, in their order: of rules that inform only,
/// what they informed of.</param>
/// <param name="LastLoss">The mean loss of the last 20 steps, for the reader.</param>
public sealed record VerdictOutcome(VerdictCase Case, IReadOnlyList<Verdict> Verdicts, double LastLoss)
{
    public Verdict? Hit => Verdicts.FirstOrDefault(verdict => verdict.Rule == Case.Expected);

    public bool IsRight => Case.Expected is null
        ? Verdicts.All(static verdict => verdict.Severity == VerdictSeverity.Information)
        : Hit is Verdict hit && hit.Step <= Case.WithinSteps && Case.Place.Includes(hit);
}
