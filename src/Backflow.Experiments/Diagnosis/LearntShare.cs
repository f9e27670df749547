namespace Backflow.Experiments.Diagnosis;

/// <summary>What a loss says about how much was learnt, beside that of a model without memory.</summary>
internal static class LearntShare
{
    /// <summary>Losses above this share of a memoryless model's do not tell remedies apart.</summary>
    public const double NothingLearnt = 0.97;

    /// <summary>Below this share the task is solved, as verdicts see it.</summary>
    private const double Solved = 0.1;

    /// <summary>Whether anything that needs memory was learnt; true where what a model without memory reaches is not
    /// known.</summary>
    /// <param name="loss">A validation loss; infinite where training diverged.</param>
    /// <param name="memorylessLoss">The loss of a model without memory; null where it is not known.</param>
    public static bool IsSome(double loss, double? memorylessLoss) =>
        loss < NothingLearnt * (memorylessLoss ?? double.PositiveInfinity);

    /// <summary>Whether the task is learnt; false where that cannot be known.</summary>
    /// <param name="loss">A validation loss; null where there is none.</param>
    /// <param name="memorylessLoss">The loss of a model without memory; null where it is not known.</param>
    public static bool IsAll(double? loss, double? memorylessLoss) => loss < Solved * memorylessLoss;
}
