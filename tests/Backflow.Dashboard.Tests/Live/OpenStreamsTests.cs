using Backflow.Experiments.Exploration;

namespace Backflow.Dashboard.Tests.Live;

public sealed class OpenStreamsTests
{
    [Fact]
    public async Task OpenStreams_ServerThatWasNotStarted_AreNone()
    {
        await using Served served = await Served.Start();
        using Explorer explorer = new(served.Store);
        await using DashboardServer server = new(served.Store, explorer, new DashboardOptions { Port = 0 });
        Assert.Equal(0, server.OpenStreams);
    }
}
