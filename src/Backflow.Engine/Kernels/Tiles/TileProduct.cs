using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Backflow.Engine.Kernels;

/// <summary>Products of packed operands, cut into calls of <see cref="TileCode"/>.</summary>
internal static unsafe class TileProduct
{
    /// <summary>Rows of one call.</summary>
    public const int RowsAtOnce = 2 * TileOperand.TileRows;

    private const int ShapeBytes = 64;
    private const int RowBytes = 64;
    private const int TileRegisters = 8;

    // The registers that hold rows of the lower tile: its sums and its part of A.
    private static readonly int[] LowerRegisters = [2, 3, 5];

    private static readonly AlignedBuffer RegisterShapes = AllShapes();

    // Rows that this thread's registers are set for; zero before the first product and after Release. Setting them
    // takes as long as a tenth of a small product.
    [ThreadStatic]
    private static int _rows;

    /// <summary>C = source + A·B.</summary>
    /// <param name="rows">Rows of A and C.</param>
    /// <param name="columns">Columns of B and C, a multiple of 16.</param>
    /// <param name="terms">Terms of each sum.</param>
    /// <param name="left">A, packed.</param>
    /// <param name="right">B, packed.</param>
    /// <param name="source">What the sums start from, null for zero.</param>
    /// <param name="sourceStride">Floats from one of its rows to the next; zero repeats one row.</param>
    /// <param name="c">C, overwritten; may be the source.</param>
    /// <param name="cStride">Floats from one row of C to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(
        int rows,
        int columns,
        int terms,
        byte* left,
        byte* right,
        float* source,
        nint sourceStride,
        float* c,
        nint cStride)
    {
        int stride = TileOperand.Stride(terms);
        int columnTiles = columns / TileOperand.TileRows;
        for (int row = 0; row < rows; row += RowsAtOnce)
        {
            int count = Math.Min(RowsAtOnce, rows - row);
            TileArguments arguments = new()
            {
                A = left,
                AStride = stride,
                B = right,
                BStride = stride,
                Blocks = TileOperand.Blocks(terms),
                C = c,
                CLower = c + (TileOperand.TileRows * cStride),
                CStride = cStride * sizeof(float),
                Source = source,
                SourceLower = source == null ? null : source + (TileOperand.TileRows * sourceStride),
                SourceStride = sourceStride * sizeof(float),
            };
            if (Amx.IsAvailable)
            {
                MultiplyRows(count, columnTiles, arguments);
            }
            else
            {
                ReferenceTiles.Multiply(count, columnTiles, arguments);
            }

            left += 2 * stride;
            c += RowsAtOnce * cStride;
            source = source == null ? null : source + (RowsAtOnce * sourceStride);
        }
    }

    /// <summary>C += A·B, each sum taken by itself before it is added.</summary>
    /// <remarks>A sum that starts from a large gradient rounds each of its terms at that gradient's size.</remarks>
    /// <param name="rows">Rows of A and C.</param>
    /// <param name="columns">Columns of B and C, a multiple of 16, at most 64.</param>
    /// <param name="terms">Terms of each sum.</param>
    /// <param name="left">A, packed.</param>
    /// <param name="right">B, packed.</param>
    /// <param name="c">C, added to.</param>
    /// <param name="cStride">Floats from one row of C to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(int rows, int columns, int terms, byte* left, byte* right, float* c, nint cStride)
    {
        float* sums = stackalloc float[RowsAtOnce * TransposedStrips.StripColumns];
        int stride = TileOperand.Stride(terms);
        for (int row = 0; row < rows; row += RowsAtOnce)
        {
            int count = Math.Min(RowsAtOnce, rows - row);
            Multiply(count, columns, terms, left, right, null, 0, sums, columns);
            float* sum = sums;
            for (int i = 0; i < count; i++)
            {
                for (int column = 0; column < columns; column += Vector512<float>.Count)
                {
                    (Vector512.Load(c + column) + Vector512.Load(sum + column)).Store(c + column);
                }

                c += cStride;
                sum += columns;
            }

            left += 2 * stride;
        }
    }

    /// <summary>Ends a series of products on this thread.</summary>
    public static void Release()
    {
        if (Amx.IsAvailable && _rows > 0)
        {
            TileCode.Release();
            _rows = 0;
        }
    }

    // Pairs of column tiles, then the odd one.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyRows(int rows, int columnTiles, TileArguments arguments)
    {
        int rowTiles = rows > TileOperand.TileRows ? 2 : 1;
        byte* right = arguments.B;
        Configure(rows);
        if (columnTiles >= 2)
        {
            arguments.Repeats = columnTiles / 2;
            TileCode.Multiply(rowTiles, 2, &arguments);
        }

        if (columnTiles % 2 != 0)
        {
            nint done = (columnTiles - 1) * TileOperand.TileRows;
            arguments.B = right + ((nint)(columnTiles - 1) * arguments.BStride);
            arguments.C += done;
            arguments.CLower += done;
            if (arguments.Source != null)
            {
                arguments.Source += done;
                arguments.SourceLower += done;
            }

            arguments.Repeats = 1;
            TileCode.Multiply(rowTiles, 1, &arguments);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Configure(int rows)
    {
        if (_rows != rows)
        {
            TileCode.Configure((byte*)RegisterShapes.Pointer + (rows * ShapeBytes));
            _rows = rows;
        }
    }

    // LDTILECFG: byte 0 the palette, from byte 16 on the bytes of a row (16 bits each), from byte 48 on the rows.
    private static AlignedBuffer AllShapes()
    {
        AlignedBuffer shapes = new((RowsAtOnce + 1) * ShapeBytes / sizeof(float));
        for (int rows = 1; rows <= RowsAtOnce; rows++)
        {
            byte* shape = (byte*)shapes.Pointer + (rows * ShapeBytes);
            shape[0] = 1;
            for (int register = 0; register < TileRegisters; register++)
            {
                bool isRight = register >= 6;
                bool isLower = LowerRegisters.Contains(register);
                ((ushort*)(shape + 16))[register] = RowBytes;
                shape[48 + register] = (byte)(isRight ? TileOperand.TileRows
                    : isLower ? Math.Max(1, rows - TileOperand.TileRows)
                    : Math.Min(rows, TileOperand.TileRows));
            }
        }

        return shapes;
    }
}
