using System.Runtime.CompilerServices;

namespace Backflow.Engine.Kernels;

/// <summary>Work on the strips of a <see cref="PackedMatrix"/>.</summary>
internal abstract unsafe class StripKernels
{
    /// <summary>C = source + A·B for one strip of columns.</summary>
    public abstract void Multiply(int rows, int columns, in MatrixTileArguments arguments);

    /// <summary>target (+)= diag(factors)·source.</summary>
    /// <param name="source">[rows, width].</param>
    /// <param name="factors">[rows].</param>
    /// <param name="rows">Rows of both, at least 1.</param>
    /// <param name="width">Floats in a row, a multiple of 16.</param>
    /// <param name="target">[rows, width].</param>
    /// <param name="accumulate">Whether to add to the target or to overwrite it.</param>
    public abstract void AddScaledRows(
        float* source, float* factors, int rows, int width, float* target, bool accumulate);

    /// <summary>Multiplies every row of a strip by the same row of factors.</summary>
    /// <param name="strip">[rows, width], in place.</param>
    /// <param name="rows">Rows of the strip.</param>
    /// <param name="width">Floats in a row, a multiple of 16.</param>
    /// <param name="factors">[width].</param>
    public abstract void ScaleColumns(float* strip, int rows, int width, float* factors);
}

/// <inheritdoc/>
internal sealed unsafe class StripKernels<TSimd, TVector> : StripKernels
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    public override void Multiply(int rows, int columns, in MatrixTileArguments arguments) =>
        MatrixProduct<TSimd, TVector>.Multiply(rows, columns, arguments);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AddScaledRows(
        float* source, float* factors, int rows, int width, float* target, bool accumulate)
    {
        for (int row = 0; row < rows; row++)
        {
            TVector factor = TSimd.Broadcast(factors[row]);
            for (int column = 0; column < width; column += TSimd.Count)
            {
                TVector scaled = accumulate
                    ? TSimd.FusedMultiplyAdd(factor, TSimd.Load(source + column), TSimd.Load(target + column))
                    : TSimd.Multiply(factor, TSimd.Load(source + column));
                TSimd.Store(target + column, scaled);
            }

            source += width;
            target += width;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void ScaleColumns(float* strip, int rows, int width, float* factors)
    {
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < width; column += TSimd.Count)
            {
                TSimd.Store(strip + column, TSimd.Multiply(TSimd.Load(strip + column), TSimd.Load(factors + column)));
            }

            strip += width;
        }
    }
}
