using Backflow.Telemetry;

namespace Backflow.Training.Recording;

/// <summary>Keeps what a training run produces: a store, memory, or another machine.</summary>
/// <remarks>
/// Calls come from the training thread. <see cref="IMeasurementSink.Scalar"/> and <see cref="IMeasurementSink.Row"/>
/// may not block for long: they are called in every step. Scalars, samples and events are never dropped; rows may be,
/// and are counted.
/// </remarks>
public interface ITrainingRecord : IMeasurementSink, IDisposable
{
    /// <summary>The run's id.</summary>
    string RunId { get; }

    /// <summary>Rows lost so far because keeping them was slower than training.</summary>
    long DroppedRows { get; }

    /// <summary>The run's checkpoints.</summary>
    ICheckpointRecord Checkpoints { get; }

    /// <summary>Keeps a generated text.</summary>
    /// <param name="step">Steps done.</param>
    /// <param name="text">What the network wrote.</param>
    void Sample(long step, string text);

    /// <summary>Keeps an event of the run.</summary>
    /// <param name="step">The step that it belongs to.</param>
    /// <param name="level">How much it matters.</param>
    /// <param name="title">A few words.</param>
    /// <param name="text">A sentence.</param>
    /// <param name="payloadJson">All that is known of it as a JSON object; null for none.</param>
    void Event(long step, VerdictSeverity level, string title, string text, string? payloadJson = null);

    /// <summary>Values of a metric that were recorded before.</summary>
    /// <param name="metric">The column.</param>
    /// <param name="firstStep">The first step of interest.</param>
    /// <param name="lastStep">The last step of interest.</param>
    /// <returns>The values by rising step; empty where there are none.</returns>
    IReadOnlyList<double> Scalars(string metric, long firstStep, long lastStep);

    /// <summary>Returns when everything that was handed over is kept.</summary>
    void Flush();

    /// <summary>Forgets what was recorded after a step: the run goes on from there.</summary>
    /// <param name="step">The last step that is kept.</param>
    void DiscardAfter(long step);

    /// <summary>Closes the run.</summary>
    /// <param name="end">How it ended.</param>
    /// <param name="trainingLoss">The last training loss; null if no step was done.</param>
    /// <param name="validationLoss">The last validation loss; null without one.</param>
    void Finish(TrainingEnd end, double? trainingLoss, double? validationLoss);
}
