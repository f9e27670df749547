namespace Backflow.Engine.Tests.Buffers;

public sealed unsafe class AlignedBufferTests
{
    /// <summary>Floats of several large pages.</summary>
    private const int Large = 3 * HugePages.Bytes / sizeof(float);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(Large)]
    public void Constructor_MemoryThatWasUsedBefore_IsZeroAndBeginsOnACacheLine(int length)
    {
        for (int round = 0; round < 3; round++)
        {
            AlignedBuffer buffer = new(length);
            Assert.Equal(length, buffer.Length);
            Assert.Equal(0u, (nuint)buffer.Pointer % 64);
            Assert.False(buffer.Span.ContainsAnyExcept(0f));
            buffer.Span.Fill(1);
            GC.KeepAlive(buffer);
            GC.Collect();
        }
    }

    [Fact]
    public void Request_LessThanAPage_LeavesTheMemoryAlone()
    {
        float[] values = [1, 2, 3];
        fixed (float* address = values)
        {
            HugePages.Request(address, sizeof(float) * 3);
            HugePages.Request(address, 0);
        }

        Assert.Equal([1, 2, 3], values);
    }
}
