using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Backflow.Engine;

/// <summary>Bounds the gradient of a whole model before the optimizer sees it.</summary>
public static class GradientClipping
{
    /// <summary>Elements whose squares are summed at a time.</summary>
    private const int Chunk = 512;

    /// <summary>A sum of squares in float that lost nothing: no square in it that counts is subnormal.</summary>
    private const float SmallestSafe = 1e-26f;

    /// <summary>A sum of squares in float that did not overflow, and is not NaN.</summary>
    private const float LargestSafe = 1e37f;

    /// <summary>The ℓ₂ norm of all gradients together.</summary>
    /// <param name="gradients">The gradient buffer, or a part of it.</param>
    /// <returns>The norm; NaN or infinity if, and only if, an element is not finite.</returns>
    /// <remarks>
    /// Squares vanish in float below 10⁻²³ and overflow above 10¹⁹: a vanishing gradient would read as zero, and an
    /// exploding one as infinite, so that it would not be clipped. A chunk whose sum comes near either end is therefore
    /// summed again in double; all others are summed in float, and chunks are added in double.
    /// </remarks>
    public static double Norm(ReadOnlySpan<float> gradients)
    {
        double sum = 0;
        for (int i = 0; i < gradients.Length; i += Chunk)
        {
            ReadOnlySpan<float> part = gradients.Slice(i, Math.Min(Chunk, gradients.Length - i));
            float squares = TensorPrimitives.SumOfSquares(part);
            sum += squares is >= SmallestSafe and <= LargestSafe ? squares : SumOfSquaresInDouble(part);
        }

        return Math.Sqrt(sum);
    }

    [SkipLocalsInit]
    private static double SumOfSquaresInDouble(ReadOnlySpan<float> part)
    {
        Span<double> wide = stackalloc double[Chunk];
        TensorPrimitives.ConvertTruncating(part, wide);
        return TensorPrimitives.SumOfSquares<double>(wide[..part.Length]);
    }

    /// <summary>Scales all gradients so that their norm is at most a bound.</summary>
    /// <param name="gradients">The gradient buffer, scaled in place.</param>
    /// <param name="norm">Its norm, from <see cref="Norm"/>.</param>
    /// <param name="maximum">The bound, above 0.</param>
    /// <returns>Whether the gradients were scaled. Gradients that are not finite are left as they are.</returns>
    /// <remarks>Pascanu, Mikolov &amp; Bengio 2013, algorithm 1.</remarks>
    public static bool ByNorm(Span<float> gradients, double norm, double maximum)
    {
        if (!(norm > maximum) || !double.IsFinite(norm))
        {
            return false;
        }

        TensorPrimitives.Multiply(gradients, (float)(maximum / norm), gradients);
        return true;
    }

    /// <summary>Limits every element to [−maximum, maximum].</summary>
    /// <param name="gradients">The gradient buffer, limited in place. NaN stays NaN.</param>
    /// <param name="maximum">The bound, above 0.</param>
    public static void ByValue(Span<float> gradients, double maximum) =>
        TensorPrimitives.Clamp(gradients, (float)-maximum, (float)maximum, gradients);
}
