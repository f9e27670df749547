namespace Backflow.Training.Recording;

/// <summary>How a training run ended.</summary>
public enum TrainingEnd
{
    /// <summary>All steps are done.</summary>
    Completed = 0,

    /// <summary>Training was stopped before its last step and can go on.</summary>
    Interrupted = 1,

    /// <summary>The loss or a gradient is NaN or infinite, or going back did not help.</summary>
    Diverged = 2,
}
