using Backflow.Engine;

namespace Backflow.Training.Tasks.Sequences;

/// <summary>A batch of sequences in the engine's order: time-major, sequence b of timestep t at index t·B + b.</summary>
internal sealed class TaskBatch
{
    /// <summary>The target of an answer that does not count.</summary>
    public const int Ignored = -1;

    private readonly int[] _tokens;
    private readonly float[] _features;
    private readonly int[] _targets;
    private readonly float[] _targetValues;
    private readonly int[] _groups;

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
    }

    public TaskShape Shape { get; }

    public int BatchSize { get; }

    public int Token(int timestep, int row) => _tokens[(timestep * BatchSize) + row];

    public void SetToken(int timestep, int row, int token) => _tokens[(timestep * BatchSize) + row] = token;

    public int Target(int timestep, int row) => _targets[(timestep * BatchSize) + row];

    public void SetTarget(int timestep, int row, int target) => _targets[(timestep * BatchSize) + row] = target;

    public float Feature(int timestep, int row, int feature) =>
        _features[(((timestep * BatchSize) + row) * Shape.FeatureCount) + feature];

    public void SetFeature(int timestep, int row, int feature, double value) =>
        _features[(((timestep * BatchSize) + row) * Shape.FeatureCount) + feature] = (float)value;

    public float TargetValue(int timestep, int row) => _targetValues[((timestep * BatchSize) + row) * Shape.OutputSize];

    public void SetTargetValue(int timestep, int row, double value) =>
        _targetValues[((timestep * BatchSize) + row) * Shape.OutputSize] = (float)value;

    /// <summary>What a sequence is counted under where a task reports success by group.</summary>
    public int Group(int row) => _groups[row];

    public void SetGroup(int row, int group) => _groups[row] = group;

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
