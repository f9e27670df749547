namespace Backflow.Experiments.Benchmarks;

/// <summary>
/// The floating-point operations that a shape's matrix products need; gates and losses are not counted.
/// </summary>
/// <remarks>
/// A product of [M, K] and [K, N] counts 2·M·K·N. Backward does every forward product twice, once for the gradient of
/// its input and once for that of its weights: 6·T·B·G·H·(I + H) for a layer of G gates, 6·T·B·V·H for the head.
/// </remarks>
public static class OperationCount
{
    // Backward takes twice as many as forward.
    private const double ForwardAndBackward = 3;

    /// <summary>The operations of one run.</summary>
    /// <param name="shape">What is run once; a character model runs forward alone.</param>
    /// <returns>Their number.</returns>
    public static double Of(BenchmarkShape shape)
    {
        double times = shape.Kind == BenchmarkKind.Character ? 1 : ForwardAndBackward;
        return times * shape.SequenceLength * shape.BatchSize * PerTimestep(shape);
    }

    // Looking up an embedding is no product.
    private static double PerTimestep(BenchmarkShape shape)
    {
        double operations = 0;
        int input = shape.InputSize;
        for (int layer = 0; layer < shape.Layers; layer++)
        {
            operations += shape.CellDescription.OperationsPerTimestep(input, shape.HiddenSize);
            input = shape.HiddenSize;
        }

        return shape.HasHead ? operations + (2.0 * BenchmarkShape.VocabularySize * shape.HiddenSize) : operations;
    }
}
