namespace Backflow.Engine.Tests;

/// <summary>Alone in the process: other tests' allocations would count.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public sealed class AllocationTestsRunAlone;

[Collection(nameof(AllocationTests))]
public sealed class AllocationTests
{
    private const int Steps = 20;

    public static TheoryData<CellKind, bool> Networks
    {
        get
        {
            TheoryData<CellKind, bool> data = [];
            foreach (CellKind cell in CellNames.All)
            {
                data.Add(cell, false);
                data.Add(cell, true);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Step_OneThread_AllocatesNothing(CellKind cell, bool usesValues)
    {
        using PassSetup setup = Make(cell, usesValues, threads: 1);
        RunSteps(setup);
        Assert.Equal(0, Allocations.Least(() => RunSteps(setup)));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Step_TwoThreads_AllocateNothing(CellKind cell, bool usesValues)
    {
        using PassSetup setup = Make(cell, usesValues, threads: 2);
        RunSteps(setup);
        Assert.Equal(0, Allocations.LeastOfAllThreads(() => RunSteps(setup)));
    }

    private static PassSetup Make(CellKind cell, bool usesValues, int threads)
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
}
