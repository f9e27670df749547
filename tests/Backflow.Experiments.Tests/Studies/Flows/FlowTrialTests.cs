using Backflow.Experiments.Studies.Flows;
using Backflow.Training;
using Xunit;

namespace Backflow.Experiments.Tests.Studies.Flows;

public sealed class FlowTrialTests
{
    private static readonly TrainingConfiguration Small = new()
    {
        Task = "adding",
        TaskOptions = FlowTasks.Length(5),
        CarryState = false,
        Cells = ["rnn"],
        HiddenSize = 4,
        BatchSize = 2,
        Steps = 7,
        Threads = 1,
    };

    [Fact]
    public void Run_Steps_CountFromOne()
    {
        FlowTrace trace = new FlowTrial("a", Small, Snapshots: 3).Run(static (_, _) => { }, CancellationToken.None);

        Assert.Equal([1, 4, 7], trace.Snapshots.Select(static snapshot => snapshot.Step));
        Assert.Null(trace.FailedStep);
    }

    [Fact]
    public void Run_StepThatIsNotFinite_IsTheFailedOne()
    {
        // The first update throws the parameters so far that the second loss is no number.
        TrainingConfiguration wild = Small with
        {
            Cells = ["rnn-relu"],
            Optimizer = "sgd",
            Momentum = 0,
            LearningRate = 1e30,
            ClipNorm = 0,
        };
        FlowTrace trace = new FlowTrial("a", wild, Snapshots: 3).Run(static (_, _) => { }, CancellationToken.None);

        Assert.Equal(2, trace.FailedStep);
        Assert.Equal([1, 2], trace.Snapshots.Select(static snapshot => snapshot.Step));
    }
}
