namespace Backflow.Training.Tasks.Sequences;

/// <summary>What a task's loss and success are worth: scores of models that remember nothing.</summary>
/// <param name="ChanceSuccess">The success of guessing with equal probabilities.</param>
/// <param name="MemorylessLoss">The least loss of a model that sees the present timestep alone: nats, or squared
/// error; NaN where it is not known.</param>
/// <param name="MemorylessSuccess">The best success of such a model.</param>
public sealed record TaskBaselines(double ChanceSuccess, double MemorylessLoss, double MemorylessSuccess)
{
    /// <summary>The least loss of a model without memory; null where it is not known.</summary>
    public double? KnownMemorylessLoss => double.IsFinite(MemorylessLoss) ? MemorylessLoss : null;
}
