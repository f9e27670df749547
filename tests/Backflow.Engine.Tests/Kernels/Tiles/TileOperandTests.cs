using Backflow.Engine.Kernels;

namespace Backflow.Engine.Tests.Kernels;

public sealed unsafe class TileOperandTests
{
    /// <summary>Below it the third part may be subnormal, which the processor takes for zero.</summary>
    private const int SmallestExponent = -102;

    private const int LargestExponent = 126;

    [Theory]
    [InlineData(1, 16)]
    [InlineData(5, 16)]
    [InlineData(16, 32)]
    [InlineData(17, 48)]
    [InlineData(40, 80)]
    public void PackLeft_AnyRows_HoldsEveryNumberExactly(int rows, int terms)
    {
        const int Gap = 16;
        AlignedBuffer source = Numbers(rows * (terms + Gap));
        AlignedBuffer packed = Dirty(TileOperand.Floats(rows, terms));
        ColumnSegments columns = new(Offset: 0, Segments: 1, terms, SegmentStride: 0);
        TileOperand.PackLeft(source.Pointer, terms + Gap, rows, columns, (byte*)packed.Pointer);
        AssertHolds(packed, rows, terms, isLeft: true, (row, term) => source.Span[(row * (terms + Gap)) + term]);
    }

    [Fact]
    public void PackLeft_Segments_TakesTheirColumnsInOrder()
    {
        const int Rows = 3;
        const int Stride = 200;
        AlignedBuffer source = Numbers(Rows * Stride);
        AlignedBuffer packed = Dirty(TileOperand.Floats(Rows, 3 * 48));
        TileOperand.PackLeft(
            source.Pointer,
            Stride,
            Rows,
            new ColumnSegments(Offset: 0, Segments: 3, 48, SegmentStride: 64),
            (byte*)packed.Pointer);
        AssertHolds(
            packed,
            Rows,
            3 * 48,
            isLeft: true,
            (row, term) => source.Span[(row * Stride) + (term / 48 * 64) + (term % 48)]);
    }

    [Theory]
    [InlineData(1, 16)]
    [InlineData(16, 48)]
    [InlineData(33, 64)]
    [InlineData(128, 16)]
    public void PackRight_AnyTerms_HoldsEveryNumberExactly(int terms, int columns)
    {
        AlignedBuffer source = Numbers(terms * columns);
        AlignedBuffer packed = Dirty(TileOperand.Floats(columns, terms));
        TileOperand.PackRight(source.Pointer, columns, terms, columns, (byte*)packed.Pointer);
        AssertHolds(packed, columns, terms, isLeft: false, (column, term) => source.Span[(term * columns) + column]);
    }

    [Theory]
    [InlineData(1, 16)]
    [InlineData(20, 5)]
    [InlineData(32, 33)]
    [InlineData(128, 48)]
    [InlineData(100, 17)]
    public void PackLeftTransposed_AnyTerms_HoldsEveryNumberExactly(int terms, int columns)
    {
        int stride = PanelLayout.Pad(columns);
        AlignedBuffer source = Numbers(terms * stride);
        AlignedBuffer packed = Dirty(TileOperand.Floats(columns, terms));
        TileOperand.PackLeftTransposed(source.Pointer, stride, terms, columns, (byte*)packed.Pointer);
        AssertHolds(packed, columns, terms, isLeft: true, (column, term) => source.Span[(term * stride) + column]);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void PackLeft_NumberThatIsNotFinite_HasAPartThatIsNotFinite(float value)
    {
        AlignedBuffer source = new(16);
        source.Span[3] = value;
        source.Span[4] = BitConverter.Int32BitsToSingle(0x7FFFFFFF);
        AlignedBuffer packed = Dirty(TileOperand.Floats(1, 16));
        TileOperand.PackLeft(source.Pointer, 16, 1, new ColumnSegments(0, 1, 16, 0), (byte*)packed.Pointer);
        for (int term = 0; term < 16; term++)
        {
            Assert.Equal(term is 3 or 4, !float.IsFinite(Value(packed, 0, 16, term, isLeft: true)));
        }
    }

    // Every number exactly, and zeros up to the end of the last block.
    private static void AssertHolds(
        AlignedBuffer packed, int size, int terms, bool isLeft, Func<int, int, float> expected)
    {
        for (int index = 0; index < size; index++)
        {
            for (int term = 0; term < TileOperand.Blocks(terms) * TileOperand.BlockTerms; term++)
            {
                Assert.Equal(term < terms ? expected(index, term) : 0, Value(packed, index, terms, term, isLeft));
            }
        }
    }

    private static float Value(AlignedBuffer packed, int index, int terms, int term, bool isLeft)
    {
        float sum = 0;
        for (int part = TileOperand.Parts - 1; part >= 0; part--)
        {
            sum += ReferenceTiles.Part(
                (byte*)packed.Pointer, TileOperand.Stride(terms), index, term, part, isLeft);
        }

        return sum;
    }

    // All signs, digits and sizes, among them those whose rounding carries into the next power of two.
    private static AlignedBuffer Numbers(int count)
    {
        AlignedBuffer numbers = new(count + 16);
        SplittableRandom random = new(5);
        for (int i = 0; i < count; i++)
        {
            int digits = random.NextInt32(4) == 0 ? 0x7FFFFF - random.NextInt32(300) : random.NextInt32(0x800000);
            int exponent = random.NextInt32(LargestExponent - SmallestExponent) + SmallestExponent + 127;
            numbers.Span[i] = BitConverter.Int32BitsToSingle((random.NextInt32(2) << 31) | (exponent << 23) | digits);
        }

        return numbers;
    }

    private static AlignedBuffer Dirty(int count)
    {
        AlignedBuffer buffer = new(count);
        buffer.Span.Fill(float.NaN);
        return buffer;
    }
}
