using System.Net;
using Backflow.Dashboard.Tests.Browser;

namespace Backflow.Dashboard.Tests;

public sealed class WarmUpRequestsTests
{
    [Fact]
    public async Task Paths_StoreWithARun_AreAllAnswered()
    {
        await using Served served = await Served.Start();
        string id = RecordedRun.Write(served);
        string[] paths = [.. WarmUpRequests.Paths(id)];
        foreach (string path in paths)
        {
            using HttpResponseMessage answer = await served.Send(HttpMethod.Get, path);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{(int)answer.StatusCode} at {path}");
        }

        Assert.True(paths.Length > WarmUpRequests.Paths(run: null).Count());
        foreach (string question in WarmUpRequests.Questions)
        {
            await served.Compute(question);
        }
    }

    [Fact]
    public async Task WarmUp_ServerThatHasEnded_IsOver()
    {
        await using Served served = await Served.Start();
        await served.Server.Stop();
        await served.Server.WarmUp();
        Assert.Equal(0, served.Server.OpenStreams);
    }
}
