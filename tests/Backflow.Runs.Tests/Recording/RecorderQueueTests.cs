using Backflow.Runs.Recording;

namespace Backflow.Runs.Tests.Recording;

public sealed class RecorderQueueTests
{
    [Fact]
    public void Wait_WokenOnce_SleepsAgainAfterwards()
    {
        using RecorderQueue queue = new(new RecorderOptions());
        queue.Wake();
        Assert.True(queue.Wait(TimeSpan.Zero));
        Assert.False(queue.Wait(TimeSpan.Zero), "The writer would never sleep again.");
    }

    [Fact]
    public void AddRow_FullBatch_WakesTheWriter()
    {
        using RecorderQueue queue = new(new RecorderOptions { BatchSize = 2 });
        queue.AddRow("norm", 0, 1, [1]);
        Assert.False(queue.Wait(TimeSpan.Zero));
        queue.AddRow("norm", 0, 2, [1]);
        queue.AddRow("norm", 0, 3, [1]);
        Assert.True(queue.Wait(TimeSpan.Zero));
    }
}
