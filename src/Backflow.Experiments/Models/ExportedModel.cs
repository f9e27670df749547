using Backflow.Engine;
using Backflow.Exchange;
using Backflow.Exchange.Onnx;
using Backflow.Exchange.PyTorch;
using Backflow.Experiments.Recording;
using Backflow.Runs;
using Backflow.Runs.Checkpoints;
using Backflow.Runs.Manifest;
using Backflow.Tensors;
using Backflow.Training;
using Backflow.Training.Tasks.Sequences;

namespace Backflow.Experiments.Models;

/// <summary>The network of a run, on its way into a file of another program.</summary>
public sealed class ExportedModel
{
    private readonly RecurrentNetwork _network;

    private ExportedModel(string runId, long step, RecurrentNetwork network)
    {
        RunId = runId;
        Step = step;
        _network = network;
    }

    /// <summary>The run.</summary>
    public string RunId { get; }

    /// <summary>The step of its checkpoint.</summary>
    public long Step { get; }

    /// <summary>Loads the network of a run's checkpoint; neither its text nor its data is needed.</summary>
    /// <param name="store">The store that has the run.</param>
    /// <param name="word">The run's id, name, or a unique beginning of either.</param>
    /// <param name="step">The step of a checkpoint; null for the newest, or the best.</param>
    /// <param name="useBest">The checkpoint with the lowest validation loss instead of the newest.</param>
    /// <returns>The network.</returns>
    /// <exception cref="RunStoreException">There is no such run, or its checkpoint cannot be read.</exception>
    /// <exception cref="ExperimentException">The run holds no network, or never validated.</exception>
    public static ExportedModel Load(RunStore store, string word, long? step, bool useBest)
    {
        RunManifest manifest = store.FindRun(word);
        if (manifest.Task == WatchedRun.Task)
        {
            throw new ExperimentException(
                $"Run {manifest.Id} is a training of another program, whose weights are not here.",
                "Save the model in that program, and import its file.");
        }

        LoadedCheckpoint checkpoint = step is long number ? store.Checkpoints.Load(manifest.Id, number)
            : useBest ? StoredModel.LoadBest(store, manifest.Id)
            : store.Checkpoints.LoadLatest(manifest.Id);
        RecurrentNetwork network = new(OptionsOf(checkpoint.Content));
        CheckpointContent.RestoreParameters(checkpoint.Content, network);
        return new ExportedModel(manifest.Id, checkpoint.Checkpoint.Step, network);
    }

    /// <summary>Writes an ONNX model.</summary>
    /// <param name="path">The file; an earlier export that is there is replaced.</param>
    /// <param name="overwrite">Whether any other file is replaced too.</param>
    /// <exception cref="ExperimentException">The format has no such network.</exception>
    /// <exception cref="ReportException">The file cannot be written, or may not be replaced.</exception>
    public void WriteOnnx(string path, bool overwrite) => Write(path, overwrite, OnnxWriter.Wrote, OnnxWriter.Write);

    /// <summary>Writes safetensors with the names of a module of PyTorch.</summary>
    /// <param name="path">The file; an earlier export that is there is replaced.</param>
    /// <param name="overwrite">Whether any other file is replaced too.</param>
    /// <returns>The lines of Python that make the module.</returns>
    /// <exception cref="ExperimentException">PyTorch has no such network.</exception>
    /// <exception cref="ReportException">The file cannot be written, or may not be replaced.</exception>
    public string WriteSafetensors(string path, bool overwrite)
    {
        Write(path, overwrite, StateDictWriter.Wrote, StateDictWriter.Write);
        return StateDictWriter.Python(_network.Options);
    }

    private void Write(
        string path, bool overwrite, Func<Stream, bool> isEarlier, Action<RecurrentNetwork, Stream> write)
    {
        try
        {
            ReportFile.Export(
                "The network", path, overwrite ? null : isEarlier, stream => write(_network, stream));
        }
        catch (ExchangeException mistake)
        {
            throw new ExperimentException($"{mistake.Message}", $"{mistake.Remedy}", mistake);
        }
    }

    private static NetworkOptions OptionsOf(SafetensorsFile content)
    {
        if (KeptNetwork.IsIn(content))
        {
            return KeptNetwork.Read(content);
        }

        TrainingConfiguration configuration = CheckpointContent.Configuration(content);
        return ConfigurationRules.Network(
            configuration,
            configuration.Task is string task
                ? TaskCatalogue.Find(task).Create(configuration.TaskOptions).Shape
                : TextShape.Of(configuration, CheckpointContent.Vocabulary(content)));
    }
}
