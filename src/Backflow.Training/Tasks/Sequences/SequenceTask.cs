using Backflow.Engine;

namespace Backflow.Training.Tasks.Sequences;

/// <summary>A task that makes its own sequences: fresh ones for every step, and a fixed set for validation.</summary>
/// <remarks>
/// A training batch is a function of the run's seed and of the step, so a resumed run reads on where it stopped. The
/// validation sequences depend on nothing but the task: all runs are measured on the same ones.
/// </remarks>
public abstract class SequenceTask
{
    private const ulong ValidationSeed = 0x5EED;
    private const int DependencyBatch = 16;

    /// <summary>The task and its options, as a checkpoint names it: "copy-memory lag 30".</summary>
    public required string Identity { get; init; }

    /// <summary>Sizes.</summary>
    public abstract TaskShape Shape { get; }

    /// <summary>The longest way from an input to the answer that needs it, in timesteps.</summary>
    public abstract int DependencyLength { get; }

    /// <summary>How far back the last answer's earliest input lies, over the validation sequences.</summary>
    public DependencyRange Dependencies => field ??= MeasureDependencies();

    /// <summary>What models without memory score.</summary>
    public abstract TaskBaselines Baselines { get; }

    /// <summary>What the share of successes counts: "recalled symbols".</summary>
    public abstract string SuccessMeasure { get; }

    /// <summary>The largest error of a number that counts as success.</summary>
    public virtual double ErrorTolerance => 0;

    /// <summary>The groups that success is reported by; 1 where there is no such division.</summary>
    public virtual int GroupCount => 1;

    /// <summary>Validation sequences.</summary>
    public virtual int ValidationCount => 256;

    /// <summary>Whether an answer counts towards success; its loss counts in any case.</summary>
    public virtual bool CountsForSuccess(int timestep) => true;

    /// <summary>Writes the batch of a training step.</summary>
    public void WriteTraining(SplittableRandom random, long step, TaskBatch batch)
    {
        SplittableRandom own = random.Split((ulong)step);
        for (int row = 0; row < batch.BatchSize; row++)
        {
            Write(own, row, batch);
        }
    }

    /// <summary>Writes validation sequences from a number on, whatever the batch size.</summary>
    public void WriteValidation(int first, TaskBatch batch)
    {
        SplittableRandom root = new SplittableRandom(ValidationSeed).Split("validation");
        for (int row = 0; row < batch.BatchSize; row++)
        {
            WriteForMeasuring(first + row, root.Split((ulong)(first + row)), row, batch);
        }
    }

    private DependencyRange MeasureDependencies()
    {
        // In small batches: sequences may be very long.
        TaskBatch batch = new(Shape, DependencyBatch);
        List<int> lags = [];
        for (int first = 0; first < ValidationCount; first += DependencyBatch)
        {
            WriteValidation(first, batch);
            lags.AddRange(Enumerable.Range(0, DependencyBatch).Select(batch.Dependency));
        }

        return DependencyRange.Of([.. lags]);
    }

    /// <summary>Writes one sequence into a row of a batch: every token, feature and target of it.</summary>
    protected abstract void Write(SplittableRandom random, int row, TaskBatch batch);

    /// <summary>Writes one sequence for measuring; as for training, where a task does not say otherwise.</summary>
    protected virtual void WriteForMeasuring(int number, SplittableRandom random, int row, TaskBatch batch) =>
        Write(random, row, batch);
}
