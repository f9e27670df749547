using Backflow.Training.Tasks;
using Xunit;

namespace Backflow.Training.Tests.Tasks;

public sealed class ValidationWindowsTests
{
    [Theory]
    [InlineData(2, 1, 1)]
    [InlineData(2, 4, 3)]     // more streams than targets
    [InlineData(13, 2, 3)]    // nothing left over
    [InlineData(14, 2, 3)]
    [InlineData(101, 7, 4)]
    [InlineData(50, 1, 64)]   // one window, mostly masked
    [InlineData(11, 4, 2)]    // 10 targets in streams of 3, 3, 3, 1
    public void Window_AllWindows_PredictEveryTokenButTheFirstOnce(int tokenCount, int batchSize, int sequenceLength)
    {
        ValidationWindows windows = new(Enumerable.Range(0, tokenCount).ToArray(), batchSize, sequenceLength);
        List<int>[] streams = [.. Enumerable.Range(0, batchSize).Select(_ => new List<int>())];
        bool[] hasEnded = new bool[batchSize];
        int[] inputs = new int[batchSize * sequenceLength];
        int[] targets = new int[batchSize * sequenceLength];
        int counted = 0;
        for (int index = 0; index < windows.Count; index++)
        {
            counted += windows.Window(index, inputs, targets);
            for (int i = 0; i < inputs.Length; i++)
            {
                int b = i % batchSize;
                if (targets[i] == ValidationWindows.Ignored)
                {
                    hasEnded[b] = true;
                    Assert.InRange(inputs[i], 0, tokenCount - 1);
                    continue;
                }

                Assert.False(hasEnded[b], "A real target follows a masked one, with a state that is not its own.");
                Assert.Equal(inputs[i] + 1, targets[i]);
                streams[b].Add(targets[i]);
            }
        }

        Assert.Equal(Enumerable.Range(1, tokenCount - 1), streams.SelectMany(stream => stream));
        Assert.Equal(tokenCount - 1, counted);
        Assert.Equal(tokenCount - 1, windows.TargetCount);
    }

    [Fact]
    public void Window_CorpusWithContext_PredictsEveryValidationCharacter()
    {
        TextCorpus corpus = TextCorpus.FromText("letters", "abcdefghijabcdefghij");
        ValidationWindows windows = new(corpus.ValidationWithContext, batchSize: 1, sequenceLength: 4);
        int[] inputs = new int[4];
        int[] targets = new int[4];

        Assert.Equal(2, windows.Window(0, inputs, targets));
        Assert.Equal("hi", corpus.Vocabulary.Decode(inputs.AsSpan(0, 2)));
        Assert.Equal("ij", corpus.Vocabulary.Decode(targets.AsSpan(0, 2)));
        Assert.Equal([ValidationWindows.Ignored, ValidationWindows.Ignored], targets[2..]);
    }

    [Theory]
    [InlineData(11, 2, 5, 1)]
    [InlineData(12, 2, 5, 2)]
    [InlineData(7, 1, 2, 3)]
    public void Count_Windows_AreAsFewAsTheStreamsAllow(
        int tokenCount, int batchSize, int sequenceLength, int expected) =>
        Assert.Equal(expected, new ValidationWindows(new int[tokenCount], batchSize, sequenceLength).Count);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Constructor_NothingToPredict_SaysSo(int tokenCount) =>
        Assert.Contains(
            $"{tokenCount} characters, but 2 are needed",
            Assert.Throws<ExperimentException>(
                () => new ValidationWindows(new int[tokenCount], batchSize: 1, sequenceLength: 1)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Window_Outside_Throws()
    {
        ValidationWindows windows = new(new int[10], batchSize: 2, sequenceLength: 3);

        Assert.Equal(2, windows.Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => windows.Window(-1, new int[6], new int[6]));
        Assert.Throws<ArgumentOutOfRangeException>(() => windows.Window(2, new int[6], new int[6]));
        Assert.Throws<ArgumentException>(() => windows.Window(0, new int[5], new int[6]));
    }

    [Fact]
    public void Window_CallersBuffers_AllocatesNothing()
    {
        ValidationWindows windows = new(new int[100], batchSize: 2, sequenceLength: 8);
        int[] inputs = new int[16];
        int[] targets = new int[16];
        windows.Window(0, inputs, targets);
        Assert.Equal(0, Allocations.Least(() => windows.Window(1, inputs, targets)));
    }
}
