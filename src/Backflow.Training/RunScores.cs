namespace Backflow.Training;

/// <summary>The newest losses and scores of a run, and the best one so far.</summary>
internal sealed class RunScores
{
    /// <summary>Mean loss of the steps up to the last report; null before the first.</summary>
    public double? TrainingLoss { get; set; }

    /// <summary>The newest validation loss; null before the first.</summary>
    public double? ValidationLoss { get; set; }

    /// <summary>The newest share of successes of a task, in [0, 1]; null for text.</summary>
    public double? Success { get; set; }

    /// <summary>The lowest validation loss of all undamaged states so far; null before the first.</summary>
    public double? BestValidationLoss { get; set; }
}
