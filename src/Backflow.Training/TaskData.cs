using Backflow.Engine;
using Backflow.Training.Tasks;
using Backflow.Training.Tasks.Sequences;

namespace Backflow.Training;

/// <summary>The sequences of a task, fresh ones for every step: there is no epoch.</summary>
internal sealed class TaskData(TrainingConfiguration configuration, SequenceTask task, string name) : ITrainingData
{
    private readonly SplittableRandom _random = new SplittableRandom(configuration.Seed).Split("task");
    private readonly TaskBatch _batch = new(task.Shape, configuration.BatchSize);

    public string Description =>
        $"{task.Identity}, a dependency of {task.DependencyLength} timesteps";

    public string TaskName => name;

    public string Digest => task.Identity;

    public TaskShape Shape => task.Shape;

    public Vocabulary? Vocabulary => null;

    public SequenceTask? Task => task;

    public long? StepsPerEpoch => null;

    public bool HasValidation => true;

    public void Load(long step, NetworkPass pass)
    {
        task.WriteTraining(_random, step, _batch);
        _batch.CopyTo(pass);
        pass.ResetState();
    }

    public TaskScore Validate(NetworkPass pass, ValidationPart part, CancellationToken cancellation) =>
        TaskScore.Measure(task, pass, cancellation, part == ValidationPart.Confirming ? task.ValidationCount : 0);
}
