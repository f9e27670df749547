using System.Collections.Immutable;
using Backflow.Experiments.Recording;
using Backflow.Runs;
using Backflow.Runs.Requests;
using Backflow.Training;
using Xunit;

namespace Backflow.Experiments.Tests.Recording;

/// <summary>A run whose rate was changed while it trained has the same bits each time it is repeated.</summary>
public sealed class StoreControlTests : IDisposable
{
    private const long Changed = 6;

    private static readonly TrainingConfiguration Small = new()
    {
        Task = "echo",
        HiddenSize = 6,
        BatchSize = 4,
        LearningRate = 0.02,
        Schedule = "cosine",
        Threads = 1,
        Steps = 14,
        LogInterval = 1,
        ValidationInterval = 0,
        CheckpointInterval = 2,
        Telemetry = "off",
    };

    private readonly TemporaryStore _temporary = new();
    private readonly HandClock _clock = new();

    private RunStore Store => _temporary.Store;

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(8)]
    public void Resume_RunWhoseRateWasChanged_HasTheSameBits(long fromStep)
    {
        string id = TrainChanged(out float[] expected);
        double[] rates = Rates(id);
        Assert.True(rates[(int)Changed] < 0.2 * rates[(int)Changed - 1], "The change did not hold from step 7 on.");
        using TrainingRun again = RecordedRun.Resume(
            Store, id, static one => one, fromStep, new SilentObserver(), _clock,
            cancellation: TestContext.Current.CancellationToken);
        again.Train(TestContext.Current.CancellationToken);
        Assert.Equal(expected, again.Session.Network.Parameters.Span.ToArray());
        Assert.Equal(rates, Rates(id));
        Assert.Equal([Changed], Events(id, "Learning rate changed"));
    }

    [Fact]
    public void Resume_WithoutChanges_HasTheBitsOfARunThatWasLeftAlone()
    {
        string id = TrainChanged(out float[] changed);
        float[] plain = Train(static (_, _) => { }, out _);
        Assert.NotEqual(plain, changed);
        using TrainingRun again = RecordedRun.Resume(
            Store, id, static one => one, 4, new SilentObserver(), _clock, repeatsChanges: false,
            cancellation: TestContext.Current.CancellationToken);
        again.Train(TestContext.Current.CancellationToken);
        Assert.Equal(plain, again.Session.Network.Parameters.Span.ToArray());
        Assert.Empty(Events(id, "Learning rate changed"));
        Assert.Empty(Store.Requests.Taken(id));
    }

    /// <summary>A store is looked into five times a second, not at every step.</summary>
    [Fact]
    public void Take_BetweenTwoLooks_LeavesTheStoreAlone()
    {
        string? id = null;
        Train((run, step) =>
        {
            id = run;
            if (step == 1)
            {
                Store.Requests.Ask(run, RunRequestKind.LearningRate, 0.5);
            }
            else if (step == 5)
            {
                Assert.Empty(Store.Requests.Taken(run));
                _clock.Now += TimeSpan.FromMilliseconds(200);
            }
        }, out _);
        Assert.Equal(5, Assert.Single(Store.Requests.Taken(id!)).Step);
    }

    [Theory]
    [InlineData(RunRequestKind.LearningRate, null)]
    [InlineData(RunRequestKind.Pause, 0.1)]
    [InlineData(RunRequestKind.LearningRate, 0.0)]
    [InlineData(RunRequestKind.LearningRate, double.NaN)]
    public void Ask_RateThatIsNone_IsRefusedAndNothingIsAsked(RunRequestKind kind, double? rate)
    {
        Train((run, step) =>
        {
            if (step == 2)
            {
                Assert.Throws<ExperimentException>(() => RunControl.Ask(Store, run, kind, rate));
                Assert.Empty(Store.Requests.Take(run, step));
            }
        }, out _);
    }

    private string TrainChanged(out float[] parameters)
    {
        parameters = Train((run, step) =>
        {
            if (step == Changed)
            {
                RunControl.Ask(Store, run, RunRequestKind.LearningRate, 0.002);
                _clock.Now += TimeSpan.FromSeconds(1);
            }
        }, out string id);
        return id;
    }

    /// <summary>Trains step by step, and has something done before each.</summary>
    private float[] Train(Action<string, long> before, out string id)
    {
        using TrainingRun run = RecordedRun.Create(
            Store, Small, name: null, "backflow train", new SilentObserver(), _clock);
        run.Begin();
        do
        {
            long step = run.Session.Step;
            if (step is > 0 and < 10 && step % Small.CheckpointInterval == 0)
            {
                // Only the newest two would be kept.
                Store.Checkpoints.Pin(run.RunId, step, $"step {step}");
            }

            before(run.RunId, step);
        }
        while (run.Advance(TestContext.Current.CancellationToken));
        run.End();
        id = run.RunId;
        return [.. run.Session.Network.Parameters.Span];
    }

    private double[] Rates(string id) => [.. Store.OpenReader(id).Scalars(TrainingMetrics.LearningRate).Values];

    private ImmutableArray<long> Events(string id, string title) =>
    [
        .. Store.OpenReader(id).Events().Where(one => one.Title == title).Select(static one => one.Step),
    ];

    /// <summary>A clock that a test moves: time between two looks.</summary>
    private sealed class HandClock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
