using System.Numerics.Tensors;

namespace Backflow.Engine;

/// <summary>Bounds the gradient of a whole model before the optimizer sees it.</summary>
public static class GradientClipping
{
    /// <summary>Elements that are widened to double at a time: 4 KiB of stack.</summary>
    private const int Chunk = 512;

    /// <summary>The ℓ₂ norm of all gradients together.</summary>
    /// <param name="gradients">The gradient buffer, or a part of it.</param>
    /// <returns>The norm; NaN or infinity if, and only if, an element is not finite.</returns>
    /// <remarks>
    /// Squares are taken in double. In float they vanish below 10⁻²³ and overflow above 10¹⁹: a vanishing gradient
    /// would read as zero, and an exploding one as infinite, so that it would not be clipped.
    /// </remarks>
    public static double Norm(ReadOnlySpan<float> gradients)
    {
        Span<double> wide = stackalloc double[Chunk];
        double sum = 0;
        for (int i = 0; i < gradients.Length; i += Chunk)
        {
            ReadOnlySpan<float> part = gradients.Slice(i, Math.Min(Chunk, gradients.Length - i));
            TensorPrimitives.ConvertTruncating(part, wide);
            sum += TensorPrimitives.SumOfSquares<double>(wide[..part.Length]);
        }

        return Math.Sqrt(sum);
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
