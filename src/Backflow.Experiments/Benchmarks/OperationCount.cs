using Backflow.Engine;

namespace Backflow.Experiments.Benchmarks;

/// <summary>The floating-point operations that a shape's matrix products need; gates and losses are not counted.</summary>
/// <remarks>
/// A product of [M, K] and [K, N] counts 2·M·K·N. Backward does every forward product twice, once for the gradient of
/// its input and once for that of its weights: 6·T·B·G·H·(I + H) for a layer of G gates, 6·T·B·V·H for the head.
/// </remarks>
public static class OperationCount
{
    private const double Forward = 2;
    private const double ForwardAndBackward = 6;

    /// <summary>The operations of one run.</summary>
    /// <param name="shape">The shape.</param>
    /// <returns>Their number.</returns>
    public static double Of(BenchmarkShape shape)
    {
        double perWeight = shape.Kind == BenchmarkKind.Character ? Forward : ForwardAndBackward;
        return perWeight * shape.SequenceLength * shape.BatchSize * Weights(shape);
    }

    // Entries of all weight matrices that take part in a product; looking up an embedding is none.
    private static double Weights(BenchmarkShape shape)
    {
        double h = shape.HiddenSize;
        double weights = 0;
        double input = shape.InputSize;
        for (int layer = 0; layer < shape.Layers; layer++)
        {
            weights += Gates(shape.CellKind) * h * (input + h);
            input = h;
        }

        return shape.HasHead ? weights + (BenchmarkShape.VocabularySize * h) : weights;
    }

    private static int Gates(CellKind cell) => cell switch
    {
        CellKind.Lstm => 4,
        CellKind.Gru or CellKind.GruResetBefore => 3,
        _ => 1,
    };
}
