using System.Collections.Immutable;
using Backflow.Experiments.Recording;
using Backflow.Training;

namespace Backflow.Dashboard.Tests;

/// <summary>
/// A run that was really trained, with checkpoints: two layers of an Elman network on a delayed echo.
/// </summary>
internal static class TrainedRun
{
    public static string Train(Served served, int hiddenSize = 6, long steps = 20)
    {
        using TrainingRun run = RecordedRun.Create(
            served.Store,
            new TrainingConfiguration
            {
                Task = "echo",
                TaskOptions = ImmutableSortedDictionary<string, int>.Empty.Add("lag", 4),
                Cells = ["rnn"],
                HiddenSize = hiddenSize,
                Layers = 2,
                BatchSize = 4,
                Steps = steps,
                CarryState = false,
            },
            name: "trained",
            "test",
            new SilentObserver(),
            TimeProvider.System);
        run.Train(TestContext.Current.CancellationToken);
        return run.RunId;
    }
}
