using System.Runtime.InteropServices;

namespace Backflow.Engine.Kernels;

/// <summary>What one call of <see cref="TileCode"/> multiplies. Strides and offsets count bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct TileArguments
{
    /// <summary>The upper tile row of A, then, <see cref="AStride"/> further, the lower one.</summary>
    public byte* A;
    public nint AStride;

    /// <summary>The first column tile of B; others follow at <see cref="BStride"/>.</summary>
    public byte* B;
    public nint BStride;

    /// <summary>Blocks of 32 terms, at least one.</summary>
    public nint Blocks;

    /// <summary>C at its first row and column, and at the first row of the lower tile.</summary>
    public float* C;
    public float* CLower;
    public nint CStride;

    /// <summary>What the sum starts from, as C; null for zero. A stride of zero repeats one row.</summary>
    public float* Source;
    public float* SourceLower;
    public nint SourceStride;

    /// <summary>How often the columns of a call follow each other: at least one.</summary>
    public nint Repeats;
}
