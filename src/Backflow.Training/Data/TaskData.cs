using Backflow.Engine;
using Backflow.Telemetry;
using Backflow.Training.Reach;
using Backflow.Training.Tasks;
using Backflow.Training.Tasks.Sequences;

namespace Backflow.Training;

/// <summary>The sequences of a task, fresh ones for every step: there is no epoch.</summary>
public sealed class TaskData(TrainingConfiguration configuration, SequenceTask task, string name) : ITrainingData
{
    private readonly SplittableRandom _random = new SplittableRandom(configuration.Seed).Split("task");
    private readonly TaskBatch _batch = new(task.Shape, configuration.BatchSize);
    private readonly Dictionary<NetworkPass, TaskContext> _contexts = [];

    /// <inheritdoc/>
    public string Description =>
        $"{task.Identity}, a dependency of "
        + $"{NumberText.Counted(NumberText.Count(task.DependencyLength), "timestep")}";

    /// <inheritdoc/>
    public string TaskName => name;

    /// <inheritdoc/>
    public string Digest => task.Identity;

    /// <inheritdoc/>
    public TaskShape Shape => task.Shape;

    /// <inheritdoc/>
    public TextCorpus? Corpus => null;

    /// <inheritdoc/>
    public Vocabulary? Vocabulary => null;

    /// <inheritdoc/>
    public SequenceTask? Task => task;

    /// <inheritdoc/>
    public long? StepsPerEpoch => null;

    /// <inheritdoc/>
    public bool HasValidation => true;

    /// <inheritdoc/>
    public void Load(long step, NetworkPass pass)
    {
        task.WriteTraining(_random, step, _batch);
        _batch.CopyTo(pass);
        pass.ResetState();
    }

    /// <inheritdoc/>
    public TaskScore Validate(NetworkPass pass, ValidationPart part, CancellationToken cancellation) =>
        TaskScore.Measure(task, pass, cancellation, part == ValidationPart.Confirming ? task.ValidationCount : 0);

    /// <inheritdoc/>
    public bool LoadProbe(NetworkPass pass, int block)
    {
        TaskBatch batch = new(task.Shape, pass.BatchSize);
        task.WriteValidation(block * pass.BatchSize, batch);
        batch.CopyTo(pass);
        pass.ResetState();
        return true;
    }

    /// <inheritdoc/>
    public EffectiveContext? MeasureContext(
        NetworkPass pass, WorkerPool pool, bool isWhole, CancellationToken cancellation)
    {
        if (!_contexts.TryGetValue(pass, out TaskContext? context))
        {
            _contexts.Add(pass, context = new TaskContext(task, pass));
        }

        return context.Measure(isWhole, cancellation);
    }
}
