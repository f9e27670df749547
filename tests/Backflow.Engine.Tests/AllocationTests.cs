namespace Backflow.Engine.Tests;

public sealed class AllocationTests
{
    private const int Steps = 20;

    public static TheoryData<string, bool> Networks
    {
        get
        {
            TheoryData<string, bool> data = [];
            foreach (string cell in TestedCells.TrainedNames)
            {
                data.Add(cell, false);
                data.Add(cell, true);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Step_OneThread_AllocatesNothing(string cellName, bool usesValues)
    {
        CellDescription cell = TestedCells.Named(cellName);
        using PassSetup setup = Make(cell, usesValues, threads: 1);
        RunSteps(setup);
        Assert.Equal(0, Allocations.Least(() => RunSteps(setup)));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Step_TwoThreads_AllocateNothing(string cellName, bool usesValues)
    {
        CellDescription cell = TestedCells.Named(cellName);
        using PassSetup setup = Make(cell, usesValues, threads: 2);
        ThreadTotals totals = new(setup.Pool);
        RunSteps(setup);
        Assert.Equal(0, Allocations.Least(totals.Read, () => RunSteps(setup)));
    }

    private static PassSetup Make(CellDescription cell, bool usesValues, int threads)
    {
        NetworkOptions options = PassSetup.MixedStack with
        {
            Dropout = 0.2,
            Layers = [new LayerOptions(cell, 24), new LayerOptions(cell, 10)],
        };
        PassSetup setup = new(options, sequenceLength: 6, batchSize: 4, threads);
        if (usesValues)
        {
            setup.Pass.Head!.SetTargetValues(PassSetup.Gaussian(seed: 1, 6 * 4 * options.OutputSize));
        }

        return setup;
    }

    private static void RunSteps(PassSetup setup)
    {
        for (int step = 0; step < Steps; step++)
        {
            setup.Pass.CarryState();
            setup.Pass.Forward((ulong)step);
            setup.Pass.Backward();
        }
    }

    /// <summary>
    /// Counts what a pool's threads allocate, and no other: those of the test runner do so whenever they like.
    /// </summary>
    private sealed class ThreadTotals(WorkerPool pool) : IWorkItems
    {
        private readonly long[] _totals = new long[pool.Threads];
        private int _arrived;

        /// <summary>Bytes that all threads of the pool have allocated so far.</summary>
        public long Read()
        {
            Volatile.Write(ref _arrived, 0);
            pool.Run(this, _totals.Length);
            long sum = 0;
            foreach (long total in _totals)
            {
                sum += total;
            }

            return sum;
        }

        /// <summary>Waits until each thread has an item, so that none can take two.</summary>
        public void Execute(int item)
        {
            Interlocked.Increment(ref _arrived);
            while (Volatile.Read(ref _arrived) < _totals.Length)
            {
                Thread.Yield();
            }

            _totals[item] = GC.GetAllocatedBytesForCurrentThread();
        }
    }
}
