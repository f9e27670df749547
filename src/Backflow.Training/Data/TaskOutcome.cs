using Backflow.Training.Tasks.Sequences;

namespace Backflow.Training;

/// <summary>A task and what its scores are worth, for those who show a run.</summary>
/// <param name="Name">The task's name.</param>
/// <param name="DependencyLength">The longest way from an input to the answer that needs it.</param>
/// <param name="IsRegression">Whether the loss is a squared error and not nats.</param>
/// <param name="SuccessMeasure">What the share of successes counts.</param>
/// <param name="Baselines">The scores of models without memory.</param>
/// <param name="Dependencies">How far back the last answer's earliest input lies.</param>
public sealed record TaskOutcome(
    string Name, int DependencyLength, bool IsRegression, string SuccessMeasure, TaskBaselines Baselines,
    DependencyRange Dependencies);
