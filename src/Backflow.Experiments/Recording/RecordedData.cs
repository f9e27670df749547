using Backflow.Telemetry;
using Backflow.Tensors;
using Backflow.Training;

namespace Backflow.Experiments.Recording;

/// <summary>What a recorded run was trained on, read again: a text may have moved, or be another one by now.</summary>
internal static class RecordedData
{
    private const string ElsewhereFolder = "moved";

    /// <summary>Reads it where it was, for one who cannot say where else it is.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="checkpoint">Its checkpoint, which knows the digest of the data.</param>
    /// <param name="configuration">Its configuration, with the place where the text was.</param>
    /// <returns>The data.</returns>
    /// <exception cref="ExperimentException">The text is not there, or is another one.</exception>
    public static ITrainingData LoadInPlace(
        string runId, SafetensorsFile checkpoint, TrainingConfiguration configuration) =>
        Load(runId, checkpoint, configuration, $"Put the text back to {configuration.TextPath}.");

    /// <summary>Reads it.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="checkpoint">Its checkpoint, which knows the digest of the data.</param>
    /// <param name="configuration">Its configuration, with the place where the text is now.</param>
    /// <param name="remedy">What to do about a text that is not there; null to name the setting of its place.</param>
    /// <param name="cancellation">Ends the waiting for a text that comes through a pipe.</param>
    /// <returns>The data.</returns>
    /// <exception cref="ExperimentException">The text is not there, or is another one.</exception>
    public static ITrainingData Load(
        string runId,
        SafetensorsFile checkpoint,
        TrainingConfiguration configuration,
        Sentence? remedy = null,
        CancellationToken cancellation = default)
    {
        try
        {
            ITrainingData data = TrainingDataSource.WaitFor(configuration, cancellation);
            CheckpointContent.RequireSameText(checkpoint, data);
            return data;
        }
        catch (ExperimentException failure) when (configuration.TextPath is not null)
        {
            // What the system reports comes with its cause; all else is said of the characters that were read.
            string name = Path.GetFileName(configuration.TextPath);
            Sentence message = failure.InnerException is null
                ? $"'{name}' is not the text that run {runId} was trained on. {failure.SaidMessage}"
                : $"{failure.SaidMessage} It is the text that run {runId} was trained on.";
            throw remedy is null
                ? new ExperimentException(
                    message, new Setting(nameof(configuration.TextPath), Path.Combine(ElsewhereFolder, name)))
                : new ExperimentException(message, remedy, failure);
        }
    }
}
