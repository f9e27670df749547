using Backflow.Experiments.Figures;
using Backflow.Runs.Checkpoints;
using Backflow.Runs.Columns;
using Backflow.Runs.Manifest;
using Xunit;

namespace Backflow.Experiments.Tests.Figures;

/// <summary>When steps were done, between the times that a store has.</summary>
public sealed class StepTimesTests
{
    private static readonly DateTimeOffset Begin = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(5, 50)]
    [InlineData(10, 100)]
    [InlineData(15, 250)]
    [InlineData(20, 400)]
    [InlineData(30, 500)]
    [InlineData(40, 600)]
    [InlineData(41, 600)]
    [InlineData(-1, 0)]
    public void Of_StepBetweenTwoTimes_IsBetweenThem(long step, double seconds) =>
        Assert.Equal(Begin.AddSeconds(seconds), Times().Of(step));

    [Fact]
    public void Of_RunWithoutSteps_IsItsBeginning()
    {
        StepTimes times = new(Run() with { LastStep = null }, [], []);
        Assert.Equal(Begin, times.Of(7));
    }

    // A checkpoint after 10 steps, an event at 20; one at 25 was before a step that was repeated.
    private static StepTimes Times() => new(
        Run(),
        [Event(20, 400), Event(25, 90)],
        [new Checkpoint("lstm-0001", 10, "path", 1, "hash", Begin.AddSeconds(100), [])]);

    private static RunEvent Event(long step, double seconds) =>
        new(1, step, Begin.AddSeconds(seconds), RunEventLevel.Warning, "title", "text", null);

    private static RunManifest Run() => new()
    {
        Id = "lstm-0001",
        Name = "lstm-0001",
        Status = RunStatus.Completed,
        Created = Begin,
        Updated = Begin.AddSeconds(600),
        Task = "adding",
        Cell = "lstm",
        ConfigurationJson = "{}",
        Seed = 1,
        ProductVersion = "0.1.0",
        Machine = "machine",
        CommandLine = "backflow train",
        ProcessId = 1,
        Heartbeat = Begin,
        LastStep = 40,
    };
}
