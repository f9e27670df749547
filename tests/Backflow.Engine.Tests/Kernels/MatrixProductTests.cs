using System.Runtime.Intrinsics;
using Backflow.Engine.Kernels;

namespace Backflow.Engine.Tests.Kernels;

public sealed unsafe class MatrixProductTests
{
    /// <summary>
    /// A float per term and one for the source, in units of the sum of magnitudes: γₙ of Higham 2002, section 3.1.
    /// </summary>
    private const double UnitRoundoff = 6e-8;

    public static TheoryData<int, int, int> Sizes
    {
        get
        {
            TheoryData<int, int, int> data = [];
            foreach (int rows in (int[])[1, 2, 3, 5, 7, 11, 12, 13, 23, 25, 37])
            {
                foreach (int columns in (int[])[16, 32, 48, 64, 80, 112])
                {
                    data.Add(rows, columns, 1 + (rows * columns % 41));
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Multiply_EveryWidth_IsTheNaiveProduct(int rows, int columns, int terms)
    {
        Check<Simd128, Vector128<float>>(rows, columns, terms);
        Check<Simd256, Vector256<float>>(rows, columns, terms);
        Check<Simd512, Vector512<float>>(rows, columns, terms);
    }

    [Theory]
    [InlineData(144)]
    [InlineData(145)]
    [InlineData(289)]
    [InlineData(512)]
    public void Multiply_SumOfSeveralBlocks_IsTheNaiveProduct(int terms)
    {
        Check<Simd128, Vector128<float>>(7, 48, terms);
        Check<Simd256, Vector256<float>>(7, 48, terms);
        Check<Simd512, Vector512<float>>(7, 112, terms);
    }

    [Theory]
    [InlineData(2, 48)]
    [InlineData(4, 48)]
    [InlineData(7, 48)]
    [InlineData(3, 160)]
    public void Multiply_SegmentsApart_GivesTheBitsOfTheirTermsInOneRow(int segments, int length)
    {
        const int Rows = 13;
        const int Columns = 64;
        const int Gap = 16;
        int terms = segments * length;
        AlignedBuffer dense = Random(1, Rows * terms);
        AlignedBuffer apart = new(Rows * segments * (length + Gap));
        apart.Span.Fill(float.NaN);
        for (int i = 0; i < Rows * segments; i++)
        {
            dense.Span.Slice(i * length, length).CopyTo(apart.Span[(i * (length + Gap))..]);
        }

        AlignedBuffer b = Random(2, terms * Columns);
        AlignedBuffer expected = Random(3, Rows * Columns);
        AlignedBuffer actual = Random(3, Rows * Columns);
        MatrixTileArguments arguments = Arguments(dense, b, expected, 0, terms, Columns);
        MatrixProduct<Simd512, Vector512<float>>.Multiply(Rows, Columns, arguments, blockTerms: int.MaxValue);
        arguments = Arguments(apart, b, actual, 0, terms, Columns);
        arguments.ARowStride = segments * (length + Gap);
        arguments.ASegmentStride = length + Gap;
        arguments.Segments = segments;
        arguments.SegmentLength = length;
        MatrixProduct<Simd512, Vector512<float>>.Multiply(Rows, Columns, arguments, blockTerms: int.MaxValue);
        Assert.Equal(expected.Span, actual.Span);

        AlignedBuffer inBlocks = Random(3, Rows * Columns);
        arguments.C = inBlocks.Pointer;
        arguments.Source = inBlocks.Pointer;
        MatrixProduct<Simd512, Vector512<float>>.Multiply(Rows, Columns, arguments);
        for (int i = 0; i < inBlocks.Length; i++)
        {
            Assert.Equal(expected.Span[i], inBlocks.Span[i], terms * UnitRoundoff * terms);
        }
    }

    [Theory]
    [InlineData(1, 17, 16)]
    [InlineData(63, 5, 16)]
    [InlineData(64, 33, 32)]
    [InlineData(128, 12, 48)]
    [InlineData(129, 1, 48)]
    [InlineData(300, 19, 64)]
    [InlineData(131, 40, 64)]
    public void OuterProduct_RowsAroundTheBlock_IsTheNaiveSum(int rows, int leftColumns, int rightColumns)
    {
        CheckOuterProduct<Simd128, Vector128<float>>(rows, leftColumns, rightColumns);
        CheckOuterProduct<Simd256, Vector256<float>>(rows, leftColumns, rightColumns);
        CheckOuterProduct<Simd512, Vector512<float>>(rows, leftColumns, rightColumns);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(13)]
    [InlineData(100)]
    public void Multiply_RowsCutInTwo_GivesTheSameBits(int rows)
    {
        const int Columns = 112;
        const int Terms = 301;
        AlignedBuffer a = Random(1, rows * Terms);
        AlignedBuffer b = Random(2, Terms * Columns);
        AlignedBuffer whole = Random(3, rows * Columns);
        AlignedBuffer cut = Random(3, rows * Columns);
        MatrixProduct<Simd512, Vector512<float>>.Multiply(rows, Columns, Arguments(a, b, whole, 0, Terms, Columns));
        for (int row = 0; row < rows; row++)
        {
            MatrixProduct<Simd512, Vector512<float>>.Multiply(1, Columns, Arguments(a, b, cut, row, Terms, Columns));
        }

        Assert.Equal(whole.Span, cut.Span);
    }

    private static void Check<TSimd, TVector>(int rows, int columns, int terms)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        AlignedBuffer a = Random(1, rows * terms);
        AlignedBuffer b = Random(2, terms * columns);
        AlignedBuffer source = Random(3, rows * columns);
        AlignedBuffer c = Random(3, rows * columns);
        MatrixProduct<TSimd, TVector>.Multiply(rows, columns, Arguments(a, b, c, 0, terms, columns));
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                IEnumerable<double> products = Enumerable.Range(0, terms).Select(
                    k => (double)a.Span[(row * terms) + k] * b.Span[(k * columns) + column]);
                Close(
                    products.Append(source.Span[(row * columns) + column]),
                    c.Span[(row * columns) + column],
                    $"{TSimd.Count} floats, [{row}, {column}] of [{rows}, {columns}] over {terms}");
            }
        }
    }

    private static void CheckOuterProduct<TSimd, TVector>(int rows, int leftColumns, int rightColumns)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        AlignedBuffer left = Random(1, rows * leftColumns);
        AlignedBuffer right = Random(2, rows * rightColumns);
        AlignedBuffer product = new(leftColumns * rightColumns);
        AlignedBuffer sums = new(rightColumns);
        product.Span.Fill(float.NaN);
        sums.Span.Fill(float.NaN);
        PackedRows packed = new(leftColumns, usesTiles: false);
        for (int row = 0; row < rows; row += PackedRows.BlockRows)
        {
            int count = Math.Min(PackedRows.BlockRows, rows - row);
            int tileRows = MatrixProduct<TSimd, TVector>.TileRows(rightColumns);
            packed.Input.Pack(left.Pointer + (row * leftColumns), leftColumns, leftColumns, count, tileRows);
            packed.PackStrip<TSimd, TVector>(right.Pointer + (row * rightColumns), rightColumns, rightColumns, count);
            OuterProduct.Add<TSimd, TVector>(
                packed.Input, packed, 0, rightColumns, product.Pointer, rightColumns, accumulate: row > 0);
            packed.AddSums<TSimd, TVector>(0, rightColumns, sums.Pointer, accumulate: row > 0);
        }

        for (int j = 0; j < rightColumns; j++)
        {
            for (int k = 0; k < leftColumns; k++)
            {
                Close(
                    Enumerable.Range(0, rows).Select(
                        row => (double)left.Span[(row * leftColumns) + k] * right.Span[(row * rightColumns) + j]),
                    product.Span[(k * rightColumns) + j],
                    $"[{k}, {j}]");
            }

            Close(
                Enumerable.Range(0, rows).Select(row => (double)right.Span[(row * rightColumns) + j]),
                sums.Span[j],
                $"sum {j}");
        }
    }

    private static MatrixTileArguments Arguments(
        AlignedBuffer a, AlignedBuffer b, AlignedBuffer c, int row, int terms, int columns) => new()
        {
            A = a.Pointer + (row * terms),
            ARowStride = terms,
            AStepStride = 1,
            Segments = 1,
            SegmentLength = terms,
            B = b.Pointer,
            BStride = columns,
            Source = c.Pointer + (row * columns),
            SourceRowStride = columns,
            C = c.Pointer + (row * columns),
            CRowStride = columns,
        };

    private static AlignedBuffer Random(ulong seed, int length)
    {
        AlignedBuffer buffer = new(length);
        SplittableRandom random = new(seed);
        foreach (ref float value in buffer.Span)
        {
            value = (float)random.NextGaussian();
        }

        return buffer;
    }

    private static void Close(IEnumerable<double> terms, float actual, string place)
    {
        double[] all = [.. terms];
        double tolerance = UnitRoundoff * (all.Length + 1) * all.Sum(Math.Abs);
        Assert.True(Math.Abs(all.Sum() - actual) <= tolerance, $"{place}: {actual:R}, exactly {all.Sum():R}");
    }
}
