using Backflow.Telemetry;

namespace Backflow.Training;

/// <summary>What is known after some step.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="TotalSteps">Steps in all.</param>
/// <param name="Epoch">Passes over the training text so far, with their fraction.</param>
/// <param name="TrainingLoss">Mean loss of the steps since the last report, nats per character.</param>
/// <param name="ValidationLoss">The newest validation loss, nats per character; null before the first.</param>
/// <param name="Success">The newest share of successes of a task; null for text, and before the first.</param>
/// <param name="GradientNorm">Norm of all gradients of this step before clipping.</param>
/// <param name="LearningRate">Learning rate of this step.</param>
/// <param name="CharactersPerSecond">Speed of the steps since the last report, without validations and
/// checkpoints.</param>
/// <param name="TimeLeft">Estimate for the remaining steps; null before there is one.</param>
/// <param name="TelemetryCost">Share of the time since the last report that telemetry took; null without
/// telemetry.</param>
public sealed record StepReport(
    long Step,
    long TotalSteps,
    double Epoch,
    double TrainingLoss,
    double? ValidationLoss,
    double? Success,
    double GradientNorm,
    double LearningRate,
    double CharactersPerSecond,
    TimeSpan? TimeLeft,
    double? TelemetryCost);

/// <summary>How a run ended.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Step">Steps done.</param>
/// <param name="TotalSteps">Steps in all.</param>
/// <param name="IsInterrupted">Whether it was stopped before its last step.</param>
/// <param name="IsDiverged">Whether the loss or a gradient is NaN or infinite.</param>
/// <param name="TrainingLoss">The last training loss, nats per character; null if no step was done.</param>
/// <param name="ValidationLoss">The last validation loss, nats per character; null without one.</param>
/// <param name="Success">The last share of successes of a task; null without one.</param>
/// <param name="Elapsed">Time spent.</param>
/// <param name="Parameters">Trainable numbers of the network.</param>
/// <param name="TelemetryCost">Share of the training time that telemetry took, after the first report, which holds
/// compilation; null without telemetry.</param>
/// <param name="DroppedRows">Rows that were lost because the disk was slower than training.</param>
/// <param name="StoppedBy">The verdict that ended the run before its last step; null where none did.</param>
/// <param name="EffectiveContext">How far back the network uses its input at the end; null where the run did not reach
/// its last step, measured nothing, or has no data for it.</param>
/// <param name="GradientReach">How far back the network could learn at the end; null as above.</param>
/// <param name="ReachTime">The time that measuring both took, all over the run but for the first measurement, which
/// holds compilation.</param>
/// <param name="IsStoppedOnRequest">Whether it was asked to end before its last step.</param>
public sealed record TrainingSummary(
    string RunId,
    long Step,
    long TotalSteps,
    bool IsInterrupted,
    bool IsDiverged,
    double? TrainingLoss,
    double? ValidationLoss,
    double? Success,
    TimeSpan Elapsed,
    long Parameters,
    double? TelemetryCost,
    long DroppedRows,
    VerdictReport? StoppedBy = null,
    EffectiveContext? EffectiveContext = null,
    ReachMeasurement? GradientReach = null,
    TimeSpan ReachTime = default,
    bool IsStoppedOnRequest = false);

/// <summary>What a rule found, as an observer shows it.</summary>
/// <param name="Level">How much it matters.</param>
/// <param name="Rule">The rule's name, see docs/verdicts.md.</param>
/// <param name="Place">Where and when, in half a line.</param>
/// <param name="Meaning">What it means, in one sentence.</param>
/// <param name="RemedyText">The first remedy in a few words; null where there is none.</param>
/// <param name="RemedyCommand">The command that tries it.</param>
/// <param name="PayloadJson">All of the verdict, as the run's event keeps it.</param>
public sealed record VerdictReport(
    VerdictSeverity Level,
    string Rule,
    string Place,
    string Meaning,
    string? RemedyText,
    string? RemedyCommand,
    string PayloadJson);

/// <summary>Who watches a training run. Calls come from the training thread; return soon. What is not of interest needs
/// no method.</summary>
public interface ITrainingObserver
{
    /// <summary>Training is about to begin.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="description">The network and its data in a line.</param>
    /// <param name="firstStep">Steps that were done before: above 0 when resumed.</param>
    void OnStart(string runId, string description, long firstStep)
    {
    }

    /// <summary>The run trains on a task and not on text; called before <see cref="OnStart"/>.</summary>
    /// <param name="task">The task and its baselines.</param>
    void OnTask(TaskOutcome task)
    {
    }

    /// <summary>A step worth reporting is done.</summary>
    /// <param name="report">Where training stands.</param>
    void OnStep(StepReport report)
    {
    }

    /// <summary>A text was sampled.</summary>
    /// <param name="step">Steps done.</param>
    /// <param name="text">What the network wrote, without a prompt.</param>
    void OnSample(long step, string text)
    {
    }

    /// <summary>A checkpoint is on disk.</summary>
    /// <param name="step">Steps done.</param>
    void OnCheckpoint(long step)
    {
    }

    /// <summary>A rule has found something.</summary>
    /// <param name="verdict">What, where, and what to change.</param>
    void OnVerdict(VerdictReport verdict)
    {
    }

    /// <summary>A fact about the run that the user should know before it trains; nothing is wrong.</summary>
    /// <param name="message">A sentence or two.</param>
    void OnNote(string message)
    {
    }

    /// <summary>Something happened that the user should know, and training goes on or ends in order.</summary>
    /// <param name="message">A sentence with a remedy.</param>
    void OnWarning(string message)
    {
    }
}
