namespace Backflow.Engine.Tests.Threading;

public sealed class WorkerPoolTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Run_AnyCount_DoesEveryItemOnce(int threads)
    {
        using WorkerPool pool = new(threads);
        foreach (int count in (int[])[0, 1, 2, 7, 100])
        {
            Tally tally = new(count, failAt: -1);
            for (int repetition = 0; repetition < 50; repetition++)
            {
                pool.Run(tally, count);
            }

            Assert.All(tally.Done, times => Assert.Equal(50, times));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Run_ItemThrows_ThrowsToTheCallerAndStaysUsable(int threads)
    {
        using WorkerPool pool = new(threads);
        Tally failing = new(8, failAt: 5);
        Assert.Throws<InvalidOperationException>(() => pool.Run(failing, 8));
        Tally sound = new(8, failAt: -1);
        pool.Run(sound, 8);
        Assert.All(sound.Done, times => Assert.Equal(1, times));
    }

    [Fact]
    public void Constructor_NoThreads_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => new WorkerPool(0));

    [Fact]
    public void Dispose_Twice_IsHarmless()
    {
        WorkerPool pool = new(3);
        pool.Dispose();
        pool.Dispose();
        Assert.Equal(3, pool.Threads);
    }

    private sealed class Tally(int count, int failAt) : IWorkItems
    {
        public int[] Done { get; } = new int[count];

        public void Execute(int item)
        {
            if (item == failAt)
            {
                throw new InvalidOperationException("This item fails.");
            }

            Interlocked.Increment(ref Done[item]);
        }
    }
}
