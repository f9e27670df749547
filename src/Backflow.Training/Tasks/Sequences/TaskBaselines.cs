namespace Backflow.Training.Tasks.Sequences;

/// <summary>What a task's loss and success are worth: scores of models that remember nothing.</summary>
/// <param name="ChanceSuccess">The success of guessing with equal probabilities.</param>
/// <param name="MemorylessLoss">The least loss of a model that sees the present timestep alone: nats, or squared
/// error.</param>
/// <param name="MemorylessSuccess">The best success of such a model.</param>
public sealed record TaskBaselines(double ChanceSuccess, double MemorylessLoss, double MemorylessSuccess);
