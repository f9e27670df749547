using System.Runtime.Intrinsics;
using Backflow.Engine;
using Backflow.Engine.Kernels;
using BenchmarkDotNet.Attributes;

namespace Backflow.Benchmarks;

/// <summary>
/// C = A·B, [32, 128]·[128, 64]: one panel of a timestep of an LSTM with 128 units. 524,288 operations.
/// </summary>
public class MatrixProductBenchmarks
{
    private const int Rows = 32;
    private const int Depth = 128;
    private const int Columns = 64;

    private readonly AlignedBuffer _a = Buffers.Gaussian(Rows * Depth);
    private readonly AlignedBuffer _b = Buffers.Gaussian(Depth * Columns);
    private readonly AlignedBuffer _c = new(Rows * Columns);

    /// <summary>Bits of a vector.</summary>
    [ParamsSource(nameof(AllBits))]
    public int Bits { get; set; }

    /// <summary>The widths of this processor.</summary>
    public static IEnumerable<int> AllBits => Widths.Supported;

    /// <summary>The product.</summary>
    [Benchmark]
    public unsafe void Multiply()
    {
        MatrixTileArguments arguments = new()
        {
            A = _a.Pointer,
            ARowStride = Depth,
            AStepStride = 1,
            Segments = 1,
            SegmentLength = Depth,
            B = _b.Pointer,
            BStride = Columns,
            C = _c.Pointer,
            CRowStride = Columns,
        };
        switch (Bits)
        {
            case 512: MatrixProduct<Simd512, Vector512<float>>.Multiply(Rows, Columns, arguments); break;
            case 256: MatrixProduct<Simd256, Vector256<float>>.Multiply(Rows, Columns, arguments); break;
            default: MatrixProduct<Simd128, Vector128<float>>.Multiply(Rows, Columns, arguments); break;
        }
    }
}
