using System.Runtime.CompilerServices;

namespace Backflow.Engine.Kernels;

/// <summary>The passes over plain rows around the recurrent layers: the linear head and the losses.</summary>
internal abstract unsafe class RowKernels
{
    /// <summary>y = b + x·Wᵀ for some rows.</summary>
    public abstract void Linear(
        float* x, int xStride, int rows, float* weights, PanelLayout storage, float* bias, float* y, int yStride);

    /// <summary>Packs W for the way back.</summary>
    public abstract void PackTransposed(float* weights, PanelLayout storage, float* transposed);

    /// <summary>dx = dy·W for some rows, overwritten.</summary>
    public abstract void LinearBackward(float* dy, int dyStride, int rows, float* transposed, float* dx, int dxStride);

    /// <summary>∂L/∂W and ∂L/∂b of some panels over all rows, overwritten.</summary>
    public abstract void LinearWeightGradients(
        float* x,
        int xStride,
        float* dy,
        int dyStride,
        int rows,
        PanelLayout storage,
        int panelBegin,
        int panelEnd,
        float* dWeights,
        float* dBias,
        PackedRows packed);

    /// <summary>Replaces a row of logits by scale·(softmax − onehot(target)).</summary>
    /// <param name="logits">[stride]; padding is overwritten with zero.</param>
    /// <param name="count">Classes, V.</param>
    /// <param name="stride">V padded to whole vectors.</param>
    /// <param name="target">The class, in [0, V).</param>
    /// <param name="scale">What the row's gradient is multiplied by: 1 / (targets that count).</param>
    /// <returns>The cross-entropy −ln softmax[target], in nats.</returns>
    public abstract double SoftmaxCrossEntropy(float* logits, int count, int stride, int target, float scale);
}

/// <inheritdoc/>
internal sealed unsafe class RowKernels<TSimd, TVector> : RowKernels
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Linear(
        float* x, int xStride, int rows, float* weights, PanelLayout storage, float* bias, float* y, int yStride)
    {
        for (int panel = 0; panel < storage.Panels; panel++)
        {
            int first = panel * storage.UnitsPerPanel;
            int units = storage.UnitsOf(panel);
            MatrixTileArguments arguments = new()
            {
                A = x,
                ARowStride = xStride,
                AStepStride = 1,
                Segments = 1,
                SegmentLength = storage.Columns,
                B = weights + storage.PanelOffset(panel),
                BStride = units,
                Source = bias + first,
                SourceRowStride = 0,
                C = y + first,
                CRowStride = yStride,
            };
            MatrixProduct<TSimd, TVector>.Multiply(rows, units, arguments);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void PackTransposed(float* weights, PanelLayout storage, float* transposed) =>
        TransposedStrips.Pack<TSimd, TVector>(weights, storage, 0, 1, transposed);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void LinearBackward(
        float* dy, int dyStride, int rows, float* transposed, float* dx, int dxStride) =>
        TransposedStrips.Multiply<TSimd, TVector>(
            dy,
            dyStride,
            new ColumnSegments(Offset: 0, Segments: 1, SegmentLength: dyStride, SegmentStride: 0),
            transposed,
            rows,
            dx,
            dxStride,
            accumulate: false);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void LinearWeightGradients(
        float* x,
        int xStride,
        float* dy,
        int dyStride,
        int rows,
        PanelLayout storage,
        int panelBegin,
        int panelEnd,
        float* dWeights,
        float* dBias,
        PackedRows packed)
    {
        for (int row = 0; row < rows && panelBegin < panelEnd; row += PackedRows.BlockRows)
        {
            int count = Math.Min(PackedRows.BlockRows, rows - row);
            packed.Input.Pack(
                x + ((nint)row * xStride),
                xStride,
                storage.Columns,
                count,
                MatrixProduct<TSimd, TVector>.TileRows(storage.UnitsOf(0)));
            for (int panel = panelBegin; panel < panelEnd; panel++)
            {
                int first = panel * storage.UnitsPerPanel;
                int units = storage.UnitsOf(panel);
                packed.PackStrip<TSimd, TVector>(dy + ((nint)row * dyStride) + first, dyStride, units, count);
                OuterProduct.Add<TSimd, TVector>(
                    packed.Input, packed, 0, units, dWeights + storage.PanelOffset(panel), units, accumulate: row > 0);
                packed.AddSums<TSimd, TVector>(0, units, dBias + first, accumulate: row > 0);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override double SoftmaxCrossEntropy(float* logits, int count, int stride, int target, float scale)
    {
        float targetLogit = logits[target];
        float sum = SoftmaxRow<TSimd, TVector>.Exponentials(logits, count, stride, out float maximum);
        SoftmaxRow<TSimd, TVector>.Scale(logits, count, stride, scale / sum);
        logits[target] -= scale;
        return Math.Log(sum) - ((double)targetLogit - maximum);
    }
}
