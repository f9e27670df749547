using Backflow.Engine.Kernels;

namespace Backflow.Engine.Tests;

public class ScaledRowsProductTests
{
    /// <summary>A rounding per factor, per term of M and per term of the sum, in units of the sum of magnitudes (Higham
    /// 2002, section 3.1).</summary>
    private const double UnitRoundoff = 6e-8;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    [InlineData(16, 13)]
    [InlineData(17, 12)]
    [InlineData(33, 25)]
    [InlineData(64, 5)]
    public void Multiply_TwoBlocksAndIdentities_IsTheNaiveSum(int size, int rows)
    {
        ScaledRows[] terms = [new(0, ScaledRows.Identity, 3), new(0, 2, 1), new(1, 0, 0), new(1, 1, 2), new(0, 1, 2)];
        SplittableRandom random = new((ulong)size);
        float[] blocks = Gaussian(random, 3 * size * size);
        float[] factors = Gaussian(random, 4 * size);
        float[] columnFactors = Gaussian(random, size);
        int stride = PanelLayout.Pad(size);
        float[] a = Gaussian(random, rows * 2 * stride);
        float[] start = Gaussian(random, rows * 2 * stride);
        foreach (KernelSet kernels in KernelSet.All)
        {
            ScaledRowsProduct product = new(kernels, new PackedMatrix(blocks, 3 * size, size), size, terms);
            float[] overwritten = [.. start];
            float[] added = [.. start];
            product.Multiply(a, 2 * stride, rows, factors, [], overwritten, 2 * stride, accumulate: false);
            product.Multiply(a, 2 * stride, rows, factors, columnFactors, added, 2 * stride, accumulate: true);
            for (int i = 0; i < rows * size; i++)
            {
                (int row, int column) = Math.DivRem(i, size);
                int at = (row * 2 * stride) + column;
                (double sum, double magnitude) = Naive(
                    terms, size, blocks, factors, a.AsSpan(row * 2 * stride), column);
                Close(sum, overwritten[at], magnitude, size, $"{kernels.VectorBits} bits, C[{row}, {column}]");
                double factor = columnFactors[column];
                Close(
                    start[at] + (factor * sum),
                    added[at],
                    Math.Abs(start[at]) + (Math.Abs(factor) * magnitude),
                    size,
                    $"{kernels.VectorBits} bits, added C[{row}, {column}]");
            }
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 17)]
    [InlineData(33, 3)]
    [InlineData(80, 40)]
    public void Multiply_MatrixAsItIs_IsTheNaiveSum(int rows, int columns)
    {
        const int Products = 4;
        float[] matrix = Gaussian(new SplittableRandom(2), rows * columns);
        float[] a = Gaussian(new SplittableRandom(3), Products * rows);
        int stride = ScaledRowsProduct.Pad(columns);
        float[] c = new float[Products * stride];
        new ScaledRowsProduct(matrix, columns).Multiply(
            a, rows, Products, factors: [], columnFactors: [], c, stride, accumulate: false);
        for (int i = 0; i < c.Length; i++)
        {
            (int row, int column) = Math.DivRem(i, stride);
            IEnumerable<int> summed = Enumerable.Range(0, column < columns ? rows : 0);
            double[] terms =
                [.. summed.Select(j => (double)a[(row * rows) + j] * matrix[(j * columns) + column])];
            Close(terms.Sum(), c[i], terms.Sum(Math.Abs), rows, $"C[{row}, {column}]");
        }
    }

    [Fact]
    public void Constructor_BlockWithIdentityAlone_SaysWhich()
    {
        ArgumentException failure = Assert.Throws<ArgumentException>(() => new ScaledRowsProduct(
            [1f], columns: 1, blockRows: 1, new ScaledRows(0, 0, 0), new ScaledRows(1, ScaledRows.Identity, 0)));
        Assert.Contains("Block 1", failure.Message, StringComparison.Ordinal);
    }

    // C[column] = Σ over terms and rows of a[target, j]·factor[j]·source[j, column], and the sum of magnitudes.
    private static (double Sum, double Magnitude) Naive(
        ScaledRows[] terms, int size, float[] blocks, float[] factors, ReadOnlySpan<float> a, int column)
    {
        double sum = 0;
        double magnitude = 0;
        foreach (ScaledRows term in terms)
        {
            for (int j = 0; j < size; j++)
            {
                double source = term.Source == ScaledRows.Identity
                    ? (j == column ? 1 : 0)
                    : blocks[(((term.Source * size) + j) * size) + column];
                double value = a[(term.Target * PanelLayout.Pad(size)) + j]
                    * (double)factors[(term.Factor * size) + j]
                    * source;
                sum += value;
                magnitude += Math.Abs(value);
            }
        }

        return (sum, magnitude);
    }

    private static void Close(double expected, float actual, double magnitude, int size, string where)
    {
        double tolerance = ((2 * size) + 8) * UnitRoundoff * magnitude;
        Assert.True(Math.Abs(expected - actual) <= tolerance, $"{where}: expected {expected:G9}, got {actual:G9}.");
    }

    private static float[] Gaussian(SplittableRandom random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)random.NextGaussian())];
}
