namespace Backflow.Runs.Requests;

/// <summary>What a person or a program asks of a run while it is trained.</summary>
/// <param name="Kind">What is asked for.</param>
/// <param name="Value">The learning rate that is asked for; null for every other kind.</param>
/// <param name="Step">The step after which it was done; null until then.</param>
public sealed record RunRequest(RunRequestKind Kind, double? Value = null, long? Step = null);

/// <summary>What can be asked of a run while it is trained.</summary>
public enum RunRequestKind
{
    /// <summary>Wait between two steps.</summary>
    Pause = 0,

    /// <summary>Go on after a pause.</summary>
    Continue = 1,

    /// <summary>End with a checkpoint.</summary>
    Stop = 2,

    /// <summary>Go on with another learning rate.</summary>
    LearningRate = 3,
}
