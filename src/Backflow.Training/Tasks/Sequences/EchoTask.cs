using Backflow.Engine;

namespace Backflow.Training.Tasks.Sequences;

/// <summary>Delayed echo: at every timestep, the symbol of D timesteps ago.</summary>
/// <remarks>
/// The short-term memory task of Jaeger 2001, "Short term memory in echo state networks", with symbols instead of
/// numbers: each is drawn with equal probability from A. The first D answers do not count.
/// </remarks>
internal sealed class EchoTask(int lag, int length, int alphabet) : SequenceTask
{
    public override TaskShape Shape { get; } = new()
    {
        SequenceLength = lag + length,
        VocabularySize = alphabet,
        OutputSize = alphabet,
        HeadPosition = HeadPosition.EveryTimestep,
    };

    public override int DependencyLength => lag;

    public override TaskBaselines Baselines { get; } = new(1.0 / alphabet, Math.Log(alphabet), 1.0 / alphabet);

    public override string SuccessMeasure => "echoed symbols";

    protected override void Write(SplittableRandom random, int row, TaskBatch batch)
    {
        for (int t = 0; t < Shape.SequenceLength; t++)
        {
            batch.SetToken(t, row, random.NextInt32(alphabet));
            batch.SetTarget(t, row, t < lag ? TaskBatch.Ignored : batch.Token(t - lag, row));
        }

        batch.SetDependency(row, lag);
    }
}
