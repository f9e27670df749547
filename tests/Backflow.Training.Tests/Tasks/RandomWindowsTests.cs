using Backflow.Engine;
using Backflow.Training.Tasks;
using Xunit;

namespace Backflow.Training.Tests.Tasks;

public sealed class RandomWindowsTests
{
    [Fact]
    public void Window_AnyStep_IsContiguousInEachSequence()
    {
        RandomWindows windows = Create(seed: 1);
        int[] inputs = new int[20];
        int[] targets = new int[20];
        for (long step = 0; step < 100; step++)
        {
            windows.Window(step, inputs, targets);
            for (int i = 0; i < inputs.Length; i++)
            {
                Assert.Equal(inputs[i] + 1, targets[i]);
                Assert.Equal(inputs[i % 4] + (i / 4), inputs[i]);
            }
        }
    }

    [Fact]
    public void Window_ManySteps_StartsEverywhere()
    {
        RandomWindows windows = Create(seed: 2);
        int[] counts = new int[35];
        int[] inputs = new int[20];
        int[] targets = new int[20];
        for (long step = 0; step < 3500; step++)
        {
            windows.Window(step, inputs, targets);
            for (int b = 0; b < 4; b++)
            {
                counts[inputs[b]]++;
            }
        }

        // 14,000 draws over 35 starts: 400 each, five standard deviations are 99.
        Assert.All(counts, count => Assert.InRange(count, 301, 499));
    }

    [Fact]
    public void Window_SeedAndStep_DecideAlone()
    {
        int[] direct = Read(Create(seed: 3), step: 7);
        RandomWindows used = Create(seed: 3);
        Read(used, step: 1);
        Read(used, step: 99);

        Assert.Equal(direct, Read(used, step: 7));
        Assert.NotEqual(direct, Read(used, step: 8));
        Assert.NotEqual(direct, Read(Create(seed: 4), step: 7));
    }

    [Fact]
    public void ResetsState_EveryStep_IsTrue()
    {
        RandomWindows windows = Create(seed: 5);

        Assert.True(windows.ResetsState(0));
        Assert.True(windows.ResetsState(1));
        Assert.Equal(1, windows.WindowsPerEpoch);
    }

    [Fact]
    public void Constructor_ExactlyOneStart_IsEnough()
    {
        RandomWindows windows = new(
            new int[] { 4, 5, 6 }, batchSize: 3, sequenceLength: 2, new SplittableRandom(seed: 1));

        int[] inputs = new int[6];
        int[] targets = new int[6];
        windows.Window(0, inputs, targets);

        Assert.Equal([4, 4, 4, 5, 5, 5], inputs);
        Assert.Equal([5, 5, 5, 6, 6, 6], targets);
        Assert.Throws<ExperimentException>(
            () => new RandomWindows(
                new int[] { 4, 5 }, batchSize: 3, sequenceLength: 2, new SplittableRandom(seed: 1)));
    }

    private static RandomWindows Create(ulong seed) =>
        new(Enumerable.Range(0, 40).ToArray(), batchSize: 4, sequenceLength: 5, new SplittableRandom(seed));

    private static int[] Read(RandomWindows windows, long step)
    {
        int[] inputs = new int[20];
        windows.Window(step, inputs, new int[20]);
        return inputs;
    }
}
