namespace Backflow.Engine.Kernels;

/// <summary>The plain twin of <see cref="TileCode"/>: the same six products of parts, in double.</summary>
internal static unsafe class ReferenceTiles
{
    private const int TileRows = TileOperand.TileRows;
    private const int HalfBlock = TileOperand.BlockTerms / 2;

    /// <summary>C = source + A·B.</summary>
    /// <param name="rows">Rows, at most 32.</param>
    /// <param name="columnTiles">Tiles of 16 columns.</param>
    /// <param name="arguments">As <see cref="TileCode.Multiply"/> takes them; <c>Repeats</c> is not looked at.</param>
    public static void Multiply(int rows, int columnTiles, in TileArguments arguments)
    {
        int terms = (int)arguments.Blocks * TileOperand.BlockTerms;
        float[] a = Unpack(arguments.A, arguments.AStride, rows, terms, isLeft: true);
        float[] b = Unpack(arguments.B, arguments.BStride, columnTiles * TileRows, terms, isLeft: false);
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columnTiles * TileRows; column++)
            {
                double sum = arguments.Source == null
                    ? 0
                    : *Element(arguments.Source, arguments.SourceLower, arguments.SourceStride, row, column);
                for (int term = 0; term < terms; term++)
                {
                    sum += Product(
                        a.AsSpan(((row * terms) + term) * TileOperand.Parts, TileOperand.Parts),
                        b.AsSpan(((column * terms) + term) * TileOperand.Parts, TileOperand.Parts));
                }

                *Element(arguments.C, arguments.CLower, arguments.CStride, row, column) = (float)sum;
            }
        }
    }

    /// <summary>One part of one number of a packed operand.</summary>
    /// <param name="operand">A or B, as <see cref="TileOperand"/> packs it.</param>
    /// <param name="stride">Bytes from one tile to the next.</param>
    /// <param name="index">Row of A, or column of B.</param>
    /// <param name="term">The place in the sum, from 0.</param>
    /// <param name="part">Which of the bfloat16 numbers that add up to it, from 0, the largest.</param>
    /// <param name="isLeft">Whether the operand is A.</param>
    public static float Part(byte* operand, nint stride, int index, int term, int part, bool isLeft)
    {
        int block = term / TileOperand.BlockTerms;
        int within = term % TileOperand.BlockTerms;
        int pair = within % HalfBlock;
        int inTile = index % TileRows;
        (int row, int column) = isLeft ? (inTile, pair) : (pair, inTile);
        byte* tile = operand
            + (index / TileRows * stride)
            + (((block * TileOperand.Parts) + part) * TileOperand.TileBytes);
        ushort upper = ((ushort*)tile)[(((row * TileRows) + column) * 2) + (within / HalfBlock)];
        return BitConverter.UInt32BitsToSingle((uint)upper << 16);
    }

    // [index][term][part]
    private static float[] Unpack(byte* operand, nint stride, int size, int terms, bool isLeft)
    {
        float[] parts = new float[size * terms * TileOperand.Parts];
        for (int i = 0; i < parts.Length; i++)
        {
            int number = i / TileOperand.Parts;
            parts[i] = Part(operand, stride, number / terms, number % terms, i % TileOperand.Parts, isLeft);
        }

        return parts;
    }

    // a₁b₁ + a₁b₂ + a₂b₁ + a₁b₃ + a₂b₂ + a₃b₁
    private static double Product(ReadOnlySpan<float> a, ReadOnlySpan<float> b) =>
        ((double)a[0] * ((double)b[0] + b[1] + b[2])) + ((double)a[1] * ((double)b[0] + b[1])) + ((double)a[2] * b[0]);

    // Strides of A's and B's tiles are counted from the first; rows of the lower tile of C begin elsewhere.
    private static float* Element(float* upper, float* lower, nint stride, int row, int column)
    {
        float* tile = row < TileRows ? upper : lower;
        return (float*)((byte*)tile + (row % TileRows * stride)) + column;
    }
}
