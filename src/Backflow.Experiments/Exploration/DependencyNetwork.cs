using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Runs.Checkpoints;
using Backflow.Training;
using Backflow.Training.Tasks;
using Backflow.Training.Tasks.Sequences;

namespace Backflow.Experiments.Exploration;

/// <summary>A network that was trained on agreement, asked about single sentences. For one thread at a time.</summary>
internal sealed class DependencyNetwork : IDisposable
{
    private const int MeasuringBatch = 64;

    private readonly WorkerPool _pool = new(threads: 1);
    private readonly NetworkPass _pass;
    private readonly TaskBatch _batch;

    public DependencyNetwork(LoadedCheckpoint checkpoint, CancellationToken cancellation)
    {
        TrainingConfiguration configuration = CheckpointContent.Configuration(checkpoint.Content);
        SequenceTask task = TaskCatalogue.Find(configuration.Task!).Create(configuration.TaskOptions);
        RecurrentNetwork network = new(ConfigurationRules.Network(configuration, task.Shape));
        CheckpointContent.RestoreParameters(checkpoint.Content, network);
        Parameters = network.Layout.Count;
        _pass = new NetworkPass(network, task.Shape.SequenceLength, batchSize: 1, _pool);
        _batch = new TaskBatch(task.Shape, batchSize: 1);
        NetworkPass measuring = new(network, task.Shape.SequenceLength, MeasuringBatch, _pool);
        AccuracyByAttractors = TaskScore.Measure(task, measuring, cancellation).GroupSuccess;
    }

    /// <summary>Trainable numbers.</summary>
    public long Parameters { get; }

    /// <summary>The share of right answers on the task's validation sentences, with 0 to 5 attractors.</summary>
    public ImmutableArray<double> AccuracyByAttractors { get; }

    /// <summary>Reads a sentence up to its verb, and follows the loss of the verb's number back.</summary>
    /// <returns>‖∂L/∂hₜ‖₂ after each word, 0 at the verb; the probability of the right number.</returns>
    public (ImmutableArray<double> Norms, double RightProbability) Read(AgreementSentence sentence)
    {
        AgreementSequence.Write(sentence, row: 0, _batch);
        _batch.CopyTo(_pass);
        _pass.ResetState();
        _pass.Forward();
        double right = Math.Exp(-_pass.Head!.RowLoss(0, 0));
        _pass.Backward();
        int empty = _pass.SequenceLength - sentence.VerbIndex;
        int top = _pass.Network.Layers.Length - 1;
        return (
            [
                .. Enumerable.Range(0, sentence.VerbIndex).Select(
                    word => _pass.Layers[top].HiddenGradient(empty + word).Norm()),
                0,
            ],
            right);
    }

    public void Dispose() => _pool.Dispose();
}
