using Backflow.Training.Tasks;
using Xunit;

namespace Backflow.Training.Tests.Tasks;

public sealed class StreamWindowsTests
{
    public static TheoryData<int, int, int> Sizes => new()
    {
        { 2, 1, 1 },    // the least that works
        { 13, 2, 3 },   // nothing left over: 12 = 2 · 2 · 3
        { 18, 2, 3 },   // 5 left over
        { 100, 7, 4 },
        { 1000, 1, 64 },
        { 65, 8, 8 },   // one window
    };

    [Fact]
    public void Window_SmallCase_IsTimeMajor()
    {
        StreamWindows windows = new(Numbers(13), batchSize: 2, sequenceLength: 3);
        int[] inputs = new int[6];
        int[] targets = new int[6];

        windows.Window(1, inputs, targets);

        // Streams 0…5 and 6…11; the second window starts at 3 and 9.
        Assert.Equal([3, 9, 4, 10, 5, 11], inputs);
        Assert.Equal([4, 10, 5, 11, 6, 12], targets);
        Assert.Equal(2, windows.WindowsPerEpoch);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Window_OneEpoch_ReadsEveryStreamOnceInOrder(int tokenCount, int batchSize, int sequenceLength)
    {
        StreamWindows windows = new(Numbers(tokenCount), batchSize, sequenceLength);
        List<int>[] streams = [.. Enumerable.Range(0, batchSize).Select(_ => new List<int>())];
        int[] inputs = new int[batchSize * sequenceLength];
        int[] targets = new int[batchSize * sequenceLength];
        for (long step = 0; step < windows.WindowsPerEpoch; step++)
        {
            windows.Window(step, inputs, targets);
            for (int i = 0; i < inputs.Length; i++)
            {
                Assert.Equal(inputs[i] + 1, targets[i]);
                streams[i % batchSize].Add(inputs[i]);
            }
        }

        int[] read = [.. streams.SelectMany(stream => stream)];
        Assert.Equal(Enumerable.Range(0, read.Length), read);
        Assert.InRange(tokenCount - 1 - read.Length, 0, (batchSize * sequenceLength) - 1);
    }

    [Fact]
    public void Window_AfterTheEpoch_StartsAgain()
    {
        StreamWindows windows = new(Numbers(100), batchSize: 3, sequenceLength: 5);
        int[] first = new int[15];
        int[] later = new int[15];
        int[] targets = new int[15];
        windows.Window(2, first, targets);
        windows.Window(2 + (windows.WindowsPerEpoch * 1_000_000_000_000), later, targets);

        Assert.Equal(first, later);
    }

    [Fact]
    public void StartsEpoch_Steps_AreMultiplesOfTheEpoch()
    {
        StreamWindows windows = new(Numbers(100), batchSize: 3, sequenceLength: 5);

        Assert.Equal(6, windows.WindowsPerEpoch);
        Assert.Equal([0, 6, 12], Enumerable.Range(0, 18).Where(step => windows.StartsEpoch(step)));
        Assert.All(Enumerable.Range(0, 18), step => Assert.Equal(windows.StartsEpoch(step), windows.ResetsState(step)));
        Assert.Throws<ArgumentOutOfRangeException>(() => windows.StartsEpoch(-1));
    }

    [Fact]
    public void Window_CallersBuffers_AllocatesNothing()
    {
        StreamWindows windows = new(Numbers(1000), batchSize: 4, sequenceLength: 16);
        int[] inputs = new int[64];
        int[] targets = new int[64];
        windows.Window(0, inputs, targets);
        Assert.Equal(0, Allocations.Least(() => windows.Window(1, inputs, targets)));
    }

    [Fact]
    public void Constructor_TooFewTokens_SaysHasAndNeeds() =>
        Assert.Equal(
            "The text is too short: 12 characters, but batch size 2 and sequence length 6 need 13.",
            Assert.Throws<ExperimentException>(
                () => new StreamWindows(Numbers(12), batchSize: 2, sequenceLength: 6)).Message);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(65_536, 65_536)]
    public void Constructor_ImpossibleSize_Throws(int batchSize, int sequenceLength) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new StreamWindows(Numbers(12), batchSize, sequenceLength));

    [Fact]
    public void Window_WrongBuffer_NamesTheExpectedShape()
    {
        StreamWindows windows = new(Numbers(13), batchSize: 2, sequenceLength: 3);

        Assert.StartsWith(
            "inputs has 5 elements; expected [T, B] = [3, 2] = 6.",
            Assert.Throws<ArgumentException>(() => windows.Window(0, new int[5], new int[6])).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "targets has 7 elements",
            Assert.Throws<ArgumentException>(() => windows.Window(0, new int[6], new int[7])).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => windows.Window(-1, new int[6], new int[6]));
    }

    private static int[] Numbers(int count) => [.. Enumerable.Range(0, count)];
}
