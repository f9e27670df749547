using System.Runtime.CompilerServices;

namespace Backflow.Engine.Kernels;

/// <summary>What every softmax of a padded row begins with: e to the power of each element less the largest.</summary>
internal static unsafe class SoftmaxRow<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>x becomes e^(x − max x).</summary>
    /// <param name="row">[stride]; padding ends near 0, and takes no part in the sum.</param>
    /// <param name="count">Elements that count.</param>
    /// <param name="stride">The elements padded to whole vectors.</param>
    /// <param name="maximum">The largest element; NaN where one is NaN.</param>
    /// <returns>Σ e^(x − max x).</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Exponentials(float* row, int count, int stride, out float maximum)
    {
        // Padding takes part with e to the power of the smallest argument, which vanishes beside the largest, e⁰.
        for (int i = count; i < stride; i++)
        {
            row[i] = float.NegativeInfinity;
        }

        maximum = float.NegativeInfinity;
        for (int i = 0; i < count; i++)
        {
            // Written so that a NaN becomes the maximum and so reaches the loss.
            maximum = row[i] <= maximum ? maximum : row[i];
        }

        TVector shift = TSimd.Broadcast(maximum);
        TVector sums = default;
        for (int i = 0; i < stride; i += TSimd.Count)
        {
            TVector e = Activations<TSimd, TVector>.Exp(TSimd.Subtract(TSimd.Load(row + i), shift));
            TSimd.Store(row + i, e);
            sums = TSimd.Add(sums, e);
        }

        return TSimd.Sum(sums);
    }

    /// <summary>Multiplies a row by a factor, and clears its padding.</summary>
    /// <param name="row">[stride].</param>
    /// <param name="count">Elements that count.</param>
    /// <param name="stride">The elements padded to whole vectors.</param>
    /// <param name="factor">What each is multiplied by.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scale(float* row, int count, int stride, float factor)
    {
        TVector factors = TSimd.Broadcast(factor);
        for (int i = 0; i < stride; i += TSimd.Count)
        {
            TSimd.Store(row + i, TSimd.Multiply(factors, TSimd.Load(row + i)));
        }

        for (int i = count; i < stride; i++)
        {
            row[i] = 0;
        }
    }
}
