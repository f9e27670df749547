namespace Backflow.Training;

/// <summary>The names of what the loop itself records; the names of gradient quantities stand with them in
/// Backflow.Telemetry.</summary>
public static class TrainingMetrics
{
    /// <summary>Loss of each step, nats per answer, or mean squared error.</summary>
    public const string TrainingLoss = "training-loss";

    /// <summary>Mean loss over the validation part, in the unit of the training loss.</summary>
    public const string ValidationLoss = "validation-loss";

    /// <summary>Share of successes over a task's validation sequences, in [0, 1].</summary>
    public const string ValidationSuccess = "validation-success";

    /// <summary>Learning rate.</summary>
    public const string LearningRate = "learning-rate";

    /// <summary>Characters, or timesteps of a task, trained on per second.</summary>
    public const string CharactersPerSecond = "characters-per-second";

    /// <summary>Share of the time of the steps since the last log line that telemetry took, in [0, 1].</summary>
    public const string TelemetryCost = "telemetry-cost";

    /// <summary>Rows lost so far because the disk was slower than training.</summary>
    public const string DroppedRows = "dropped-rows";
}
