using System.Collections.Immutable;

namespace Backflow.Lessons.Trainings;

/// <summary>A small training as a lesson shows it.</summary>
/// <param name="Label">What distinguishes it from the others of the answer.</param>
/// <param name="Planned">Updates that it was to do.</param>
/// <param name="Steps">Updates that it did.</param>
/// <param name="IsDiverged">Whether loss or gradient is no longer finite, which ended it.</param>
/// <param name="Losses">The training loss of every step: nats, or squared error.</param>
/// <param name="FirstGradient">[T], ‖∂L/∂hₜ‖₂ of layer 0 in the first step.</param>
/// <param name="Gradient">[T], ‖∂L/∂hₜ‖₂ of layer 0 in the last step that was computed.</param>
/// <param name="ValidationLoss">The loss at the end on sequences that training did not see; null without one.</param>
/// <param name="Success">The share of right answers there; null without one.</param>
/// <param name="Context">The effective context at the end, in timesteps; null where it was not measured.</param>
/// <param name="Verdicts">What the rules found, in the order of the steps.</param>
public sealed record TrainedNetwork(
    string Label,
    long Planned,
    long Steps,
    bool IsDiverged,
    ImmutableArray<double> Losses,
    ImmutableArray<double> FirstGradient,
    ImmutableArray<double> Gradient,
    double? ValidationLoss,
    double? Success,
    int? Context,
    ImmutableArray<LessonVerdict> Verdicts);

/// <summary>A verdict in words.</summary>
/// <param name="Rule">The rule's name, its row in docs/verdicts.md.</param>
/// <param name="Severity">information, warning or error.</param>
/// <param name="Place">Where and when, in half a line.</param>
/// <param name="Meaning">What it means, in one sentence.</param>
/// <param name="Remedy">What to change first; null where the rule proposes nothing.</param>
public sealed record LessonVerdict(string Rule, string Severity, string Place, string Meaning, string? Remedy);
