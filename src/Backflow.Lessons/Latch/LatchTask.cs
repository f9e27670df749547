using Backflow.Engine;
using Backflow.Training.Tasks.Sequences;

namespace Backflow.Lessons.Latch;

/// <summary>Keep the sign of a first pulse under noise, and say it at the end.</summary>
/// <remarks>
/// After Bengio, Simard and Frasconi 1994, section III (https://doi.org/10.1109/72.279181), whose input is noise but
/// for its first few values. Feature 0 is ±1 + noise at timestep 0 and noise N(0, σ²) after it. Added here: feature 1,
/// a hint at the last timestep, the right sign with a probability, and 0 before.
/// </remarks>
/// <param name="timesteps">T.</param>
/// <param name="noise">The standard deviation σ of every later input.</param>
/// <param name="hint">The probability that the hint is right, from 1/2, where it says nothing.</param>
internal sealed class LatchTask(int timesteps, double noise, double hint) : SequenceTask
{
    public const int Pulse = 0;
    public const int Hint = 1;

    public override TaskShape Shape { get; } = new()
    {
        SequenceLength = timesteps,
        FeatureCount = 2,
        OutputSize = 2,
        HeadPosition = HeadPosition.LastTimestep,
    };

    public override int DependencyLength => timesteps - 1;

    // Who sees the last timestep alone has the hint, and its binary entropy is the least loss.
    public override TaskBaselines Baselines { get; } = new(
        0.5, -(hint * Math.Log(hint)) - ((1 - hint) * Math.Log(1 - hint)), hint);

    public override string SuccessMeasure => "signs kept";

    protected override void Write(SplittableRandom random, int row, TaskBatch batch)
    {
        bool isPositive = random.NextInt32(2) == 1;
        double sign = isPositive ? 1 : -1;
        for (int t = 0; t < timesteps; t++)
        {
            batch.SetFeature(t, row, Pulse, (t == 0 ? sign : 0) + (noise * random.NextGaussian()));
            batch.SetFeature(t, row, Hint, 0);
        }

        batch.SetFeature(timesteps - 1, row, Hint, random.NextDouble() < hint ? sign : -sign);
        batch.SetTarget(0, row, isPositive ? 1 : 0);
        batch.SetDependency(row, timesteps - 1);
    }
}
