using Backflow.Training.Tasks.Sequences;

namespace Backflow.Training;

/// <summary>The data that a configuration asks for, and the configuration that fits it.</summary>
public static class TrainingDataSource
{
    /// <summary>Loads the data that a configuration asks for.</summary>
    /// <param name="configuration">What to train.</param>
    /// <returns>The data.</returns>
    /// <exception cref="ExperimentException">The text cannot be read, or there is no such task.</exception>
    public static ITrainingData Load(TrainingConfiguration configuration) =>
        WaitFor(configuration, CancellationToken.None);

    /// <summary>Loads the data that a configuration asks for; a text may come through a pipe, and is waited
    /// for.</summary>
    /// <param name="configuration">What to train.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>The data.</returns>
    /// <exception cref="ExperimentException">The text cannot be read, or there is no such task.</exception>
    public static ITrainingData WaitFor(TrainingConfiguration configuration, CancellationToken cancellation)
    {
        if (configuration.Task is not string name)
        {
            return new TextData(configuration, Corpora.WaitFor(configuration, cancellation));
        }

        TaskDefinition definition = TaskCatalogue.Find(name);
        return new TaskData(configuration, definition.Create(configuration.TaskOptions), name);
    }

    /// <summary>Loads the data of one run for another, from their beginning; a text is not read twice.</summary>
    /// <param name="data">What another run with the same text and windows reads.</param>
    /// <param name="configuration">What to train.</param>
    /// <returns>Data of its own place.</returns>
    public static ITrainingData LoadAgain(ITrainingData data, TrainingConfiguration configuration) =>
        data is TextData text ? new TextData(configuration, text.Corpus) : Load(configuration);

    /// <summary>
    /// The configuration with what the data decides: the length of sequences, or the steps of its epochs.
    /// </summary>
    public static TrainingConfiguration Fit(TrainingConfiguration configuration, ITrainingData data)
    {
        if (data.Task is not null)
        {
            return configuration with { SequenceLength = data.Shape.SequenceLength, CarryState = false };
        }

        return configuration.Epochs is double epochs && data.StepsPerEpoch is long steps
            ? configuration with { Steps = (long)Math.Ceiling(epochs * steps) }
            : configuration;
    }
}
