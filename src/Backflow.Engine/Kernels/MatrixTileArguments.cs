namespace Backflow.Engine.Kernels;

/// <summary>Where one tile of a product C = source + A·B lies. Strides count floats.</summary>
/// <remarks>
/// A is read as a(r, k) = A[r·ARowStride + k·AStepStride], so that the same tile multiplies by A (step 1) and by Aᵀ
/// (row 1). The sum may run over several segments of A that lie apart, while B runs on without a gap.
/// </remarks>
internal unsafe struct MatrixTileArguments
{
    public float* A;
    public nint ARowStride;
    public nint AStepStride;
    public nint ASegmentStride;
    public nint Segments;
    public nint SegmentLength;
    public float* B;
    public nint BStride;

    /// <summary>
    /// What the sum starts from: null for zero, C itself to add to it, a row with stride 0 for a bias.
    /// </summary>
    public float* Source;
    public nint SourceRowStride;
    public float* C;
    public nint CRowStride;
}
