using Backflow.Training.Control;
using Backflow.Training.Recording;
using Xunit;

namespace Backflow.Training.Tests.Control;

/// <summary>A training that is asked to wait, to go on, to end and to learn at another rate.</summary>
public sealed class ControlTests
{
    private const double Rate = 0.01;

    private static readonly TrainingConfiguration Small = new()
    {
        Task = "echo",
        HiddenSize = 6,
        BatchSize = 4,
        LearningRate = Rate,
        Threads = 1,
        Steps = 12,
        ValidationInterval = 0,
        CheckpointInterval = 0,
        Telemetry = "off",
    };

    [Fact]
    public void Train_Paused_WaitsAndHasTheBitsOfOneThatDidNotWait()
    {
        Script script = new() { [3] = [new(TrainingRequestKind.Pause)] };
        script.WhenPaused = look => look < 3 ? [] : [new(TrainingRequestKind.Continue)];
        using MemoryRecord paused = new();
        using MemoryRecord plain = new();
        float[] expected = Train(Small, plain, new Script(), out _);
        Assert.Equal(expected, Train(Small, paused, script, out TrainingSummary summary));

        Assert.Equal(Small.Steps, summary.Step);
        Assert.Equal(3, script.Looks);
        Assert.Equal([true, false], script.Shown);
        Assert.Equal(
            [(3L, "Paused"), (3L, "Went on")], Said(paused));
        Assert.Contains(paused.List(), static checkpoint => checkpoint.Step == 3);
    }

    [Fact]
    public void Train_StoppedWhilePaused_EndsWithACheckpoint()
    {
        Script script = new() { [5] = [new(TrainingRequestKind.Pause)] };
        script.WhenPaused = static _ => [new(TrainingRequestKind.Stop)];
        using MemoryRecord record = new();
        Train(Small, record, script, out TrainingSummary summary);
        Assert.True(summary is { Step: 5, IsInterrupted: true, IsStoppedOnRequest: true });
        Assert.Equal([true, false], script.Shown);
        Assert.Equal(5, record.List()[0].Step);
        Assert.Equal(TrainingEnd.Interrupted, record.End);
    }

    [Fact]
    public void Train_CancelledWhilePaused_EndsAtOnce()
    {
        using CancellationTokenSource source = new();
        Script script = new() { [5] = [new(TrainingRequestKind.Pause)] };
        script.WhenPaused = _ =>
        {
            source.Cancel();
            return [];
        };
        using MemoryRecord record = new();
        using TrainingSession session = TrainingSession.Create(Small);
        using TrainingRun run = new(session, record, new SilentObserver(), TimeProvider.System) { Control = script };
        Assert.True(run.Train(source.Token) is { Step: 5, IsInterrupted: true, IsStoppedOnRequest: false });
    }

    /// <summary>The twin is a session whose rate is set by hand before the same step.</summary>
    [Fact]
    public void Train_AnotherRate_HoldsFromTheNextStepOn()
    {
        using MemoryRecord record = new();
        float[] changed = Train(
            Small, record, new Script { [4] = [new(TrainingRequestKind.LearningRate, 0.002)] }, out _);

        using TrainingSession twin = TrainingSession.Create(Small);
        for (int i = 0; i < Small.Steps; i++)
        {
            if (i == 4)
            {
                twin.Reconfigure(Small with { LearningRate = 0.002 });
            }

            Assert.True(twin.Advance());
        }

        Assert.Equal(twin.Network.Parameters.Span.ToArray(), changed);
        RecordedEvent said = Assert.Single(record.Events, static one => one.Title == "Learning rate changed");
        Assert.Equal(4, said.Step);
        Assert.Equal("The learning rate is 0.002 from step 5 on, as asked; it was 0.01.", said.Text);
        Assert.Equal("""{"learningRate":0.002,"before":0.01}""", said.PayloadJson);
    }

    [Fact]
    public void Train_RateThatHoldsAlready_SaysNothing()
    {
        using MemoryRecord record = new();
        Train(Small, record, new Script { [4] = [new(TrainingRequestKind.LearningRate, Rate)] }, out _);
        Assert.Empty(Said(record));
    }

    private static (long Step, string Title)[] Said(MemoryRecord record) =>
    [
        .. record.Events.Where(static one => one.Title is "Paused" or "Went on" or "Stopped" or "Learning rate changed")
            .Select(static one => (one.Step, one.Title)),
    ];

    private static float[] Train(
        TrainingConfiguration configuration, MemoryRecord record, Script script, out TrainingSummary summary)
    {
        using TrainingSession session = TrainingSession.Create(configuration);
        using TrainingRun run = new(session, record, new SilentObserver(), TimeProvider.System) { Control = script };
        summary = run.Train(TestContext.Current.CancellationToken);
        return [.. session.Network.Parameters.Span];
    }

    /// <summary>Asks what it is told to, at the steps that it is told.</summary>
    private sealed class Script : Dictionary<long, TrainingRequest[]>, ITrainingControl
    {
        private bool _isPaused;

        public Func<int, TrainingRequest[]> WhenPaused { get; set; } = static _ => [];

        /// <summary>Looks while the training waited.</summary>
        public int Looks { get; private set; }

        public List<bool> Shown { get; } = [];

        public IReadOnlyList<TrainingRequest> Take(long step)
        {
            if (_isPaused)
            {
                return WhenPaused(++Looks);
            }

            return Remove(step, out TrainingRequest[]? asked) ? asked : [];
        }

        public void ForgetAfter(long step)
        {
        }

        public void SetPaused(bool isPaused)
        {
            _isPaused = isPaused;
            Shown.Add(isPaused);
        }
    }
}
