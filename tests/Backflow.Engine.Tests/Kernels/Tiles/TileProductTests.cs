using Backflow.Engine.Kernels;

namespace Backflow.Engine.Tests.Kernels;

public sealed unsafe class TileProductTests
{
    /// <summary>
    /// In units of the sum of magnitudes: 2⁻²³ for the products of parts that are left out, and as much for a rounding
    /// per 32 terms and part.
    /// </summary>
    private const double Tolerance = 2.4e-7;

    public static TheoryData<int, int, int> Sizes
    {
        get
        {
            TheoryData<int, int, int> data = [];
            foreach (int rows in (int[])[1, 7, 15, 16, 17, 31, 32, 33, 70])
            {
                foreach (int columns in (int[])[16, 32, 48, 64])
                {
                    data.Add(rows, columns, 1 + (rows * columns % 150));
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Multiply_FromZeroARowOrAMatrix_IsTheProductInDouble(int rows, int columns, int terms)
    {
        Operands operands = new(rows, columns, terms);
        AlignedBuffer source = Uniform(seed: 3, rows * columns);
        foreach (int sourceStride in (int[])[-1, 0, columns])
        {
            AlignedBuffer c = new(rows * columns);
            c.Span.Fill(float.NaN);
            operands.Multiply(rows, sourceStride < 0 ? null : source.Pointer, Math.Max(0, sourceStride), c.Pointer);
            operands.AssertProduct(
                c, (row, column) => sourceStride < 0 ? 0 : source.Span[(row * sourceStride) + column], Tolerance);
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Add_ToAMatrix_IsTheProductInDouble(int rows, int columns, int terms)
    {
        Operands operands = new(rows, columns, terms);
        AlignedBuffer c = Uniform(seed: 3, rows * columns);
        float[] before = [.. c.Span];
        TileProduct.Add(rows, columns, terms, operands.Left, operands.Right, c.Pointer, columns);
        TileProduct.Release();
        operands.AssertProduct(c, (row, column) => before[(row * columns) + column], Tolerance);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Multiply_OnTheProcessor_FollowsThePlainTwin(int rows, int columns, int terms)
    {
        Operands operands = new(rows, columns, terms);
        AlignedBuffer expected = new(rows * columns);
        for (int row = 0; row < rows; row += TileProduct.RowsAtOnce)
        {
            float* c = expected.Pointer + (row * columns);
            TileArguments arguments = new()
            {
                A = operands.Left + (row / TileOperand.TileRows * TileOperand.Stride(terms)),
                AStride = TileOperand.Stride(terms),
                B = operands.Right,
                BStride = TileOperand.Stride(terms),
                Blocks = TileOperand.Blocks(terms),
                C = c,
                CLower = c + (TileOperand.TileRows * columns),
                CStride = columns * sizeof(float),
            };
            ReferenceTiles.Multiply(
                Math.Min(TileProduct.RowsAtOnce, rows - row), columns / TileOperand.TileRows, arguments);
        }

        AlignedBuffer actual = new(rows * columns);
        operands.Multiply(rows, null, 0, actual.Pointer);
        for (int i = 0; i < rows * columns; i++)
        {
            // One rounding per 32 terms and part, of sums of numbers in [−1, 1).
            Assert.Equal(expected.Span[i], actual.Span[i], 6 * 6e-8 * TileOperand.Blocks(terms) * terms);
        }
    }

    [Fact]
    public void Multiply_RowsCutAnywhere_GivesTheSameBits()
    {
        const int Rows = 40;
        const int Columns = 48;
        const int Terms = 70;
        Operands operands = new(Rows, Columns, Terms);
        AlignedBuffer whole = new(Rows * Columns);
        operands.Multiply(Rows, null, 0, whole.Pointer);
        AlignedBuffer packed = new(TileOperand.Floats(Rows, Terms));
        AlignedBuffer row = new(Rows * Columns);
        for (int first = 0; first < Rows; first += 7)
        {
            int count = Math.Min(7, Rows - first);
            TileOperand.PackLeft(
                operands.A.Pointer + (first * operands.Stride),
                operands.Stride,
                count,
                new ColumnSegments(0, 1, Terms, 0),
                (byte*)packed.Pointer);
            TileProduct.Multiply(
                count,
                Columns,
                Terms,
                (byte*)packed.Pointer,
                operands.Right,
                null,
                0,
                row.Pointer + (first * Columns),
                Columns);
        }

        TileProduct.Release();
        Assert.Equal(PassSetup.Bits([.. whole.Span]), PassSetup.Bits([.. row.Span]));
    }

    private static AlignedBuffer Uniform(ulong seed, int count)
    {
        AlignedBuffer buffer = new(count);
        SplittableRandom random = new(seed);
        foreach (ref float value in buffer.Span)
        {
            value = (float)random.NextUniform(-1, 1);
        }

        return buffer;
    }

    private sealed class Operands
    {
        private readonly AlignedBuffer _b;
        private readonly AlignedBuffer _left;
        private readonly AlignedBuffer _right;
        private readonly int _rows;
        private readonly int _columns;
        private readonly int _terms;

        public Operands(int rows, int columns, int terms)
        {
            (_rows, _columns, _terms) = (rows, columns, terms);
            Stride = PanelLayout.Pad(terms);
            A = Uniform(seed: 1, rows * Stride);
            _b = Uniform(seed: 2, terms * columns);
            _left = new AlignedBuffer(TileOperand.Floats(rows, terms));
            _right = new AlignedBuffer(TileOperand.Floats(columns, terms));
            TileOperand.PackLeft(A.Pointer, Stride, rows, new ColumnSegments(0, 1, terms, 0), Left);
            TileOperand.PackRight(_b.Pointer, columns, terms, columns, Right);
        }

        public AlignedBuffer A { get; }

        public int Stride { get; }

        public byte* Left => (byte*)_left.Pointer;

        public byte* Right => (byte*)_right.Pointer;

        public void Multiply(int rows, float* source, int sourceStride, float* c)
        {
            TileProduct.Multiply(rows, _columns, _terms, Left, Right, source, sourceStride, c, _columns);
            TileProduct.Release();
        }

        public void AssertProduct(AlignedBuffer c, Func<int, int, float> source, double tolerance)
        {
            for (int row = 0; row < _rows; row++)
            {
                for (int column = 0; column < _columns; column++)
                {
                    double sum = source(row, column);
                    double magnitude = Math.Abs(sum);
                    for (int term = 0; term < _terms; term++)
                    {
                        double product = (double)A.Span[(row * Stride) + term] * _b.Span[(term * _columns) + column];
                        sum += product;
                        magnitude += Math.Abs(product);
                    }

                    Assert.Equal(sum, c.Span[(row * _columns) + column], tolerance * magnitude);
                }
            }
        }
    }
}
