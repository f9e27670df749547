
namespace Backflow.Tensors.Tests;

public sealed class TensorTests
{
    [Fact]
    public void ToSingles_F32_IsExact() =>
        Assert.Equal([1f, -2.5f], Tensor.FromSingles("a", [2], [1f, -2.5f]).ToSingles());

    [Fact]
    public void ToSingles_F64_IsRefusedUnlessItMayLoseDigits()
    {
        Tensor tensor = Tensor.FromDoubles("a", [2], [1.0 / 3, 1e300]);
        Assert.Contains(
            "type F64, which is not read as F32",
            Assert.Throws<TensorFileException>(() => tensor.ToSingles()).Message,
            StringComparison.Ordinal);
        Assert.Equal([1f / 3, float.PositiveInfinity], tensor.ToSingles(narrow: true));
    }

    [Fact]
    public void ToDoubles_F32AndF64_AreExact()
    {
        Assert.Equal([(double)0.1f], Tensor.FromSingles("a", [1], [0.1f]).ToDoubles());
        Assert.Equal([0.1], Tensor.FromDoubles("a", [1], [0.1]).ToDoubles());
    }

    [Fact]
    public void ToSingles_HalfPrecisions_AreWidened()
    {
        // 1.5 in both formats, little-endian.
        Assert.Equal([1.5f], new Tensor("a", TensorDataType.F16, [1], new byte[] { 0x00, 0x3E }).ToSingles());
        Assert.Equal([1.5f], new Tensor("a", TensorDataType.BF16, [1], new byte[] { 0xC0, 0x3F }).ToSingles());
    }

    [Fact]
    public void ToInt64s_WholeNumbers_AreRead()
    {
        Assert.Equal([-5L], Tensor.FromInt64s("a", [1], [-5]).ToInt64s());
        Assert.Equal([-2L], new Tensor("a", TensorDataType.I32, [1], new byte[] { 0xFE, 0xFF, 0xFF, 0xFF }).ToInt64s());
        Assert.Equal([200L], new Tensor("a", TensorDataType.U8, [1], new byte[] { 200 }).ToInt64s());
        Assert.Throws<TensorFileException>(() => Tensor.FromSingles("a", [1], [1]).ToInt64s());
        Assert.Throws<TensorFileException>(() => Tensor.FromInt64s("a", [1], [1]).ToDoubles());
    }

    [Theory]
    [InlineData(2L, 2L)]
    [InlineData(-1L, -3L)]
    [InlineData(long.MaxValue, long.MaxValue)]
    public void Constructor_ShapeThatDoesNotFit_IsRefused(long rows, long columns) =>
        Assert.Throws<ArgumentException>(() => Tensor.FromSingles("a", [rows, columns], [1, 2, 3]));

    [Fact]
    public void ByteCount_ZeroBehindAnOverflow_IsZero() =>
        Assert.Equal(0, TensorElement.ByteCount(TensorDataType.F64, [long.MaxValue, long.MaxValue, 0, 7]));
}
