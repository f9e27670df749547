namespace Backflow.Training.Control;

/// <summary>Brings what people ask of a training while it goes on.</summary>
/// <remarks>Calls come from the training thread, before every step: a look must cost next to nothing.</remarks>
public interface ITrainingControl
{
    /// <summary>Takes what was asked for since the last look, and every learning rate that was taken after this very
    /// step before the run went back.</summary>
    /// <param name="step">Steps done.</param>
    /// <returns>The requests, oldest first; empty nearly always.</returns>
    IReadOnlyList<TrainingRequest> Take(long step);

    /// <summary>Forgets what was taken after a step: the run went back on its own account, and what it did there holds
    /// no longer.</summary>
    /// <param name="step">The newest step whose requests stay.</param>
    void ForgetAfter(long step);

    /// <summary>Says whether the training waits.</summary>
    /// <param name="isPaused">Whether it does.</param>
    void SetPaused(bool isPaused);
}

/// <summary>What a person or a program asks of a training.</summary>
/// <param name="Kind">What is asked for.</param>
/// <param name="LearningRate">The rate that is asked for, above 0; 0 for every other kind.</param>
public readonly record struct TrainingRequest(TrainingRequestKind Kind, double LearningRate = 0);

/// <summary>What can be asked of a training.</summary>
public enum TrainingRequestKind
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
