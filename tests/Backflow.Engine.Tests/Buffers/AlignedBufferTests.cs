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
}
