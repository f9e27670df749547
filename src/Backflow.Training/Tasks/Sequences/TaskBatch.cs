using Backflow.Engine;

namespace Backflow.Training.Tasks.Sequences;

/// <summary>
/// A batch of sequences in the engine's order: time-major, sequence b of timestep t at index t·B + b.
/// </summary>
public sealed class TaskBatch
{
    /// <summary>The target of an answer that does not count.</summary>
    public const int Ignored = -1;

    private readonly int[] _tokens;
    private readonly float[] _features;
    private readonly int[] _targets;
    private readonly float[] _targetValues;
    private readonly int[] _groups;
    private readonly int[] _dependencies;

    /// <summary>Makes an empty batch.</summary>
    /// <param name="shape">The sizes of a sequence.</param>
    /// <param name="batchSize">Sequences, B.</param>
    public TaskBatch(TaskShape shape, int batchSize)
    {
        Shape = shape;
        BatchSize = batchSize;
        int answers = shape.AnswerTimesteps * batchSize;
        _tokens = new int[shape.VocabularySize > 0 ? shape.SequenceLength * batchSize : 0];
        _features = new float[shape.SequenceLength * batchSize * shape.FeatureCount];
        _targets = new int[shape.IsRegression ? 0 : answers];
        _targetValues = new float[shape.IsRegression ? answers * shape.OutputSize : 0];
        _groups = new int[batchSize];
        _dependencies = new int[batchSize];
    }

    /// <summary>The sizes of a sequence.</summary>
    public TaskShape Shape { get; }

    /// <summary>Sequences, B.</summary>
    public int BatchSize { get; }

    /// <summary>The symbol that a sequence reads at a timestep.</summary>
    /// <param name="timestep">From 0 to T − 1.</param>
    /// <param name="row">The sequence, from 0 to B − 1.</param>
    /// <returns>From 0 to V − 1.</returns>
    public int Token(int timestep, int row) => _tokens[(timestep * BatchSize) + row];

    /// <summary>Sets the symbol that a sequence reads at a timestep.</summary>
    /// <param name="timestep">From 0 to T − 1.</param>
    /// <param name="row">The sequence, from 0 to B − 1.</param>
    /// <param name="token">From 0 to V − 1.</param>
    public void SetToken(int timestep, int row, int token) => _tokens[(timestep * BatchSize) + row] = token;

    /// <summary>The class that is the right answer.</summary>
    /// <param name="timestep">The timestep with an answer, from 0 to T′ − 1.</param>
    /// <param name="row">The sequence, from 0 to B − 1.</param>
    /// <returns>The class, or <see cref="Ignored"/>.</returns>
    public int Target(int timestep, int row) => _targets[(timestep * BatchSize) + row];

    /// <summary>Sets the class that is the right answer.</summary>
    /// <param name="timestep">The timestep with an answer, from 0 to T′ − 1.</param>
    /// <param name="row">The sequence, from 0 to B − 1.</param>
    /// <param name="target">The class, or <see cref="Ignored"/>.</param>
    public void SetTarget(int timestep, int row, int target) => _targets[(timestep * BatchSize) + row] = target;

    /// <summary>A feature that a sequence reads at a timestep.</summary>
    /// <param name="timestep">From 0 to T − 1.</param>
    /// <param name="row">The sequence, from 0 to B − 1.</param>
    /// <param name="feature">From 0 to the number of features − 1.</param>
    /// <returns>Its value.</returns>
    public float Feature(int timestep, int row, int feature) =>
        _features[(((timestep * BatchSize) + row) * Shape.FeatureCount) + feature];

    /// <summary>Sets a feature that a sequence reads at a timestep.</summary>
    /// <param name="timestep">From 0 to T − 1.</param>
    /// <param name="row">The sequence, from 0 to B − 1.</param>
    /// <param name="feature">From 0 to the number of features − 1.</param>
    /// <param name="value">Stored as a float.</param>
    public void SetFeature(int timestep, int row, int feature, double value) =>
        _features[(((timestep * BatchSize) + row) * Shape.FeatureCount) + feature] = (float)value;

    /// <summary>The number that is the right answer.</summary>
    /// <param name="timestep">The timestep with an answer, from 0 to T′ − 1.</param>
    /// <param name="row">The sequence, from 0 to B − 1.</param>
    /// <returns>The number.</returns>
    public float TargetValue(int timestep, int row) => _targetValues[((timestep * BatchSize) + row) * Shape.OutputSize];

    /// <summary>Sets the number that is the right answer.</summary>
    /// <param name="timestep">The timestep with an answer, from 0 to T′ − 1.</param>
    /// <param name="row">The sequence, from 0 to B − 1.</param>
    /// <param name="value">The number.</param>
    public void SetTargetValue(int timestep, int row, double value) =>
        _targetValues[((timestep * BatchSize) + row) * Shape.OutputSize] = (float)value;

    /// <summary>What a sequence is counted under where a task reports success by group.</summary>
    public int Group(int row) => _groups[row];

    /// <summary>Says which group of the task a sequence belongs to.</summary>
    /// <param name="row">The sequence, from 0 to B − 1.</param>
    /// <param name="group">From 0 to the number of groups − 1.</param>
    public void SetGroup(int row, int group) => _groups[row] = group;

    /// <summary>The way from the earliest input that the last answer of a sequence needs to that answer.</summary>
    /// <param name="row">The sequence, from 0 to B − 1.</param>
    /// <returns>Timesteps, from 0 to T − 1; 0 where the task does not say.</returns>
    public int Dependency(int row) => _dependencies[row];

    /// <summary>Says how far back the earliest input lies that the last answer of a sequence needs.</summary>
    /// <param name="row">The sequence, from 0 to B − 1.</param>
    /// <param name="lag">Timesteps, from 0 to T − 1.</param>
    public void SetDependency(int row, int lag) => _dependencies[row] = lag;

    /// <summary>Copies what a sequence of another batch of the shape reads at a timestep.</summary>
    /// <param name="timestep">From 0 to T − 1.</param>
    /// <param name="row">The sequence of this batch, from 0 to B − 1.</param>
    /// <param name="from">The other batch.</param>
    /// <param name="fromRow">The sequence of the other batch.</param>
    public void CopyInput(int timestep, int row, TaskBatch from, int fromRow)
    {
        if (Shape.VocabularySize > 0)
        {
            SetToken(timestep, row, from.Token(timestep, fromRow));
            return;
        }

        int features = Shape.FeatureCount;
        from._features.AsSpan(((timestep * from.BatchSize) + fromRow) * features, features)
            .CopyTo(_features.AsSpan(((timestep * BatchSize) + row) * features));
    }

    /// <summary>Copies what is asked of a sequence of another batch of the shape at a timestep.</summary>
    /// <param name="timestep">The timestep with an answer, from 0 to T′ − 1.</param>
    /// <param name="row">The sequence of this batch, from 0 to B − 1.</param>
    /// <param name="from">The other batch.</param>
    /// <param name="fromRow">The sequence of the other batch.</param>
    public void CopyTarget(int timestep, int row, TaskBatch from, int fromRow)
    {
        if (!Shape.IsRegression)
        {
            SetTarget(timestep, row, from.Target(timestep, fromRow));
            return;
        }

        int outputs = Shape.OutputSize;
        from._targetValues.AsSpan(((timestep * from.BatchSize) + fromRow) * outputs, outputs)
            .CopyTo(_targetValues.AsSpan(((timestep * BatchSize) + row) * outputs));
    }

    /// <summary>Gives the batch to a pass of the same shape.</summary>
    public void CopyTo(NetworkPass pass)
    {
        if (Shape.VocabularySize > 0)
        {
            _tokens.CopyTo(pass.Tokens);
        }
        else
        {
            pass.SetInput(_features);
        }

        if (Shape.IsRegression)
        {
            pass.Head!.SetTargetValues(_targetValues);
        }
        else
        {
            _targets.CopyTo(pass.Head!.Targets);
        }
    }
}
