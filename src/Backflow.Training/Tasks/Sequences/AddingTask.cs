using Backflow.Engine;

namespace Backflow.Training.Tasks.Sequences;

/// <summary>The adding problem: the sum of the two numbers, among many, that a marker points at.</summary>
/// <remarks>
/// Hochreiter &amp; Schmidhuber 1997, experiment 4, in the form of Le, Jaitly &amp; Hinton 2015, section 4.1: T pairs
/// of a value from U(0, 1) and a marker that is 1 twice, once in either half, and 0 elsewhere. The answer after the
/// last timestep is the sum. Predicting 1 scores Var = 2/12. Success is Hochreiter and Schmidhuber's: an error below
/// 0.04.
/// </remarks>
internal sealed class AddingTask(int length) : SequenceTask
{
    private const double Tolerance = 0.04;

    public override TaskShape Shape { get; } = new()
    {
        SequenceLength = length,
        FeatureCount = 2,
        OutputSize = 1,
        HeadPosition = HeadPosition.LastTimestep,
        IsRegression = true,
    };

    public override int DependencyLength => length - 1;

    // The sum is triangular around 1: P(|s − 1| < ε) = 2ε − ε².
    public override TaskBaselines Baselines { get; } = new(
        (2 * Tolerance) - (Tolerance * Tolerance), 1.0 / 6, (2 * Tolerance) - (Tolerance * Tolerance));

    public override string SuccessMeasure => "sums within 0.04";

    public override double ErrorTolerance => Tolerance;

    protected override void Write(SplittableRandom random, int row, TaskBatch batch)
    {
        int half = length / 2;
        int first = random.NextInt32(half);
        int second = half + random.NextInt32(length - half);
        double sum = 0;
        for (int t = 0; t < length; t++)
        {
            double value = random.NextDouble();
            bool isMarked = t == first || t == second;
            batch.SetFeature(t, row, 0, value);
            batch.SetFeature(t, row, 1, isMarked ? 1 : 0);
            sum += isMarked ? value : 0;
        }

        batch.SetTargetValue(0, row, sum);
        batch.SetDependency(row, length - 1 - first);
    }
}
