using Backflow.Engine;
using Backflow.Tensors;
using Backflow.Training.Tasks;

namespace Backflow.Training.Generation;

/// <summary>A network and its characters, read from a checkpoint.</summary>
public sealed class TrainedModel
{
    private readonly Vocabulary _vocabulary;

    private TrainedModel(long step, RecurrentNetwork network, Vocabulary vocabulary)
    {
        Step = step;
        Network = network;
        _vocabulary = vocabulary;
    }

    /// <summary>Steps that the run had done.</summary>
    public long Step { get; }

    /// <summary>The network.</summary>
    public RecurrentNetwork Network { get; }

    /// <summary>Loads a model from the file of a checkpoint.</summary>
    /// <param name="path">The safetensors file.</param>
    /// <returns>The model.</returns>
    /// <exception cref="TensorFileException">The file cannot be read, or is no safetensors file.</exception>
    /// <exception cref="ExperimentException">It is no checkpoint of a run that was trained on text.</exception>
    public static TrainedModel Load(string path) => Of(SafetensorsFile.Read(path));

    /// <summary>Makes a model of the content of a checkpoint.</summary>
    /// <param name="content">Its tensors and metadata.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ExperimentException">It is no checkpoint of a run that was trained on text.</exception>
    public static TrainedModel Of(SafetensorsFile content)
    {
        TrainingConfiguration configuration = CheckpointContent.Configuration(content);
        if (configuration.Task is string task)
        {
            throw new ExperimentException(
                $"The checkpoint is of a run on the task {task}; only runs that were trained on text write text.",
                "Load a checkpoint of a run that was trained on text.");
        }

        Vocabulary vocabulary = CheckpointContent.Vocabulary(content);
        RecurrentNetwork network =
            new(ConfigurationRules.Network(configuration, TextShape.Of(configuration, vocabulary)));
        CheckpointContent.RestoreParameters(content, network);
        return new TrainedModel(CheckpointContent.Step(content), network, vocabulary);
    }

    /// <summary>A generator that continues prompts with this model.</summary>
    /// <param name="texts">How many texts are written at once.</param>
    /// <param name="threads">Threads that share the texts; they change no character.</param>
    /// <returns>The generator, which the caller disposes of.</returns>
    public TextGenerator CreateGenerator(int texts = 1, int threads = 1) =>
        new(Network, _vocabulary, texts, threads);
}
