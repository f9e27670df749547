using Backflow.Engine;
using Backflow.Training.Tasks;
using Backflow.Training.Tasks.Sequences;
using Backflow.Runs;
using Backflow.Runs.Checkpoints;
using Backflow.Runs.Manifest;

namespace Backflow.Training.Generation;

/// <summary>A network and its characters, read from a checkpoint.</summary>
public sealed class TrainedModel
{
    private const string BestPin = "best";

    private readonly RecurrentNetwork _network;
    private readonly Vocabulary _vocabulary;

    private TrainedModel(string runId, long step, RecurrentNetwork network, Vocabulary vocabulary)
    {
        RunId = runId;
        Step = step;
        _network = network;
        _vocabulary = vocabulary;
    }

    /// <summary>The run.</summary>
    public string RunId { get; }

    /// <summary>Steps that it had done.</summary>
    public long Step { get; }

    /// <summary>Loads a model.</summary>
    /// <param name="store">The store.</param>
    /// <param name="word">The run's id, name, or a unique beginning of either.</param>
    /// <param name="useBest">The checkpoint with the lowest validation loss instead of the newest.</param>
    /// <returns>The model.</returns>
    /// <exception cref="RunStoreException">There is no such run, or its checkpoint cannot be read.</exception>
    public static TrainedModel Load(RunStore store, string word, bool useBest)
    {
        RunManifest manifest = store.FindRun(word);
        Checkpoint? best = useBest
            ? store.Checkpoints.List(manifest.Id).FirstOrDefault(checkpoint => checkpoint.Pins.Contains(BestPin))
            : null;
        if (useBest && best is null)
        {
            throw new ExperimentException(
                $"Run {manifest.Id} has no best checkpoint: it was never validated.", "Leave out --best.");
        }

        LoadedCheckpoint checkpoint = best is null
            ? store.Checkpoints.LoadLatest(manifest.Id)
            : store.Checkpoints.Load(manifest.Id, best.Step);
        TrainingConfiguration configuration = CheckpointContent.Configuration(checkpoint.Content);
        if (configuration.Task is string task)
        {
            throw new ExperimentException(
                $"Run {manifest.Id} was trained on the task {task}; only runs that were trained on text write text.",
                $"backflow runs show {manifest.Id}");
        }

        Vocabulary vocabulary = CheckpointContent.Vocabulary(checkpoint.Content);
        RecurrentNetwork network = new(ConfigurationRules.Network(configuration, TextShape(configuration, vocabulary)));
        CheckpointContent.RestoreParameters(checkpoint.Content, network);
        return new TrainedModel(manifest.Id, checkpoint.Checkpoint.Step, network, vocabulary);
    }

    private static TaskShape TextShape(TrainingConfiguration configuration, Vocabulary vocabulary) => new()
    {
        SequenceLength = configuration.SequenceLength,
        VocabularySize = vocabulary.Count,
        OutputSize = vocabulary.Count,
        HeadPosition = HeadPosition.EveryTimestep,
    };

    /// <summary>A generator that continues prompts with this model.</summary>
    /// <returns>The generator, which the caller disposes of.</returns>
    public TextGenerator CreateGenerator() => new(_network, _vocabulary);
}
