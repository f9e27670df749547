using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Backflow.Dashboard.Live;
using Backflow.Runs.Columns;
using Backflow.Runs.Manifest;
using Backflow.Runs.Recording;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Backflow.Dashboard.Tests.Live;

public sealed class LiveStreamsTests
{
    /// <summary>Values of a row that fills the buffers between server and page after a few messages.</summary>
    private const int LargeRow = 100_000;

    /// <summary>More messages than those buffers and the server's own queue can hold.</summary>
    private const int MostMessages = 500;

    /// <summary>Only what is flushed is committed, so that what is recorded together is sent together.</summary>
    private static readonly RecorderOptions OnlyFlushes = new() { CommitInterval = TimeSpan.FromHours(1) };

    [Fact]
    public async Task RunLive_WhileRecording_SendsWhatCameAndThenTheEnd()
    {
        await using Served served = await Served.Start();
        string id = served.CreateRun();
        using RunRecorder recorder = served.Store.OpenRecorder(id, OnlyFlushes);
        recorder.Scalar("training-loss", 1, 9);
        recorder.Flush();
        using EventReader live = await EventReader.Open(served, $"/api/runs/{id}/live");
        (string name, JsonElement first) = (await live.Next())!.Value;
        Assert.Equal("change", name);
        Assert.Equal("running", first.GetProperty("run").GetProperty("status").GetString());
        Assert.Equal(0, first.GetProperty("scalars").GetArrayLength());

        recorder.Scalar("training-loss", 2, double.NaN);
        recorder.Row("norm", 0, 2, [1, 2, 3]);
        recorder.Row("norm", 0, 3, [4]);
        recorder.Event(2, RunEventLevel.Warning, "t", "x");
        recorder.Sample(2, "hello");
        recorder.Flush();
        JsonElement change = (await live.Next())!.Value.Data;
        Assert.False(change.GetProperty("startedOver").GetBoolean());
        Assert.Equal(
            """{"metric":"training-loss","steps":[2],"values":["NaN"]}""",
            change.GetProperty("scalars")[0].GetRawText());
        JsonElement rows = change.GetProperty("rows")[0];
        Assert.Equal("[3,1]", rows.GetProperty("lengths").GetRawText());
        Assert.Equal(
            "0000803F000000400000404000008040", Convert.ToHexString(rows.GetProperty("data").GetBytesFromBase64()));
        Assert.Equal(1, change.GetProperty("events").GetArrayLength());
        Assert.Equal("hello", change.GetProperty("samples")[0].GetProperty("text").GetString());

        recorder.Finish(RunStatus.Completed, 0.5);
        JsonElement last = (await live.Next())!.Value.Data;
        Assert.Equal("completed", last.GetProperty("run").GetProperty("status").GetString());
        Assert.Equal("end", (await live.Next())!.Value.Name);
        Assert.Null(await live.Next());
    }

    [Fact]
    public async Task RunLive_StepsAreRepeated_TellsThePageToStartOver()
    {
        await using Served served = await Served.Start();
        string id = served.CreateRun();
        using RunRecorder recorder = served.Store.OpenRecorder(id, OnlyFlushes);
        recorder.Scalar("a", 1, 1);
        recorder.Scalar("a", 2, 2);
        recorder.Flush();
        using EventReader live = await EventReader.Open(served, $"/api/runs/{id}/live");
        await live.Next();
        recorder.DiscardAfter(1);
        Assert.True((await live.Next())!.Value.Data.GetProperty("startedOver").GetBoolean());
        recorder.Scalar("a", 2, 3);
        recorder.Flush();
        JsonElement next = (await live.Next())!.Value.Data;
        Assert.False(next.GetProperty("startedOver").GetBoolean());
        Assert.Equal("[2]", next.GetProperty("scalars")[0].GetProperty("steps").GetRawText());
    }

    [Fact]
    public async Task RunLive_FinishedRun_EndsAtOnce()
    {
        await using Served served = await Served.Start();
        string id = served.CreateRun();
        served.Store.Finish(id, RunStatus.Diverged);
        using EventReader live = await EventReader.Open(served, $"/api/runs/{id}/live");
        Assert.Equal("diverged", (await live.Next())!.Value.Data.GetProperty("run").GetProperty("status").GetString());
        Assert.Equal("end", (await live.Next())!.Value.Name);
        Assert.Null(await live.Next());
    }

    [Fact]
    public async Task RunLive_ManyPages_AreToldTheSame()
    {
        await using Served served = await Served.Start();
        string id = served.CreateRun();
        using RunRecorder recorder = served.Store.OpenRecorder(id, OnlyFlushes);
        List<EventReader> pages = [];
        for (int i = 0; i < 10; i++)
        {
            pages.Add(await EventReader.Open(served, $"/api/runs/{id}/live"));
            await pages[^1].Next();
        }

        recorder.Scalar("a", 1, 1);
        recorder.Flush();
        foreach (EventReader page in pages)
        {
            JsonElement scalars = (await page.Next())!.Value.Data.GetProperty("scalars");
            Assert.Equal("[1]", scalars[0].GetProperty("steps").GetRawText());
            page.Dispose();
        }
    }

    [Fact]
    public async Task Live_RunIsAdded_SendsTheListAgain()
    {
        await using Served served = await Served.Start();
        using EventReader live = await EventReader.Open(served, "/api/live");
        (string name, JsonElement list) = (await live.Next())!.Value;
        Assert.Equal(("runs", 0), (name, list.GetProperty("runs").GetArrayLength()));
        string id = served.CreateRun();
        Assert.Equal(id, (await live.Next())!.Value.Data.GetProperty("runs")[0].GetProperty("id").GetString());
    }

    [Fact]
    public async Task Dispose_StreamOfARun_EndsWhileTheServerGoesOn()
    {
        await using Served served = await Served.Start();
        string id = served.CreateRun();
        using LiveStreams streams = new(served.Store, TimeProvider.System, commands: null);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        await using WebApplication application = builder.Build();
        application.UseRouting();
        streams.Map(application);
        await application.StartAsync(TestContext.Current.CancellationToken);
        Uri address = new(application.Services.GetRequiredService<IServer>().Features
            .Get<IServerAddressesFeature>()!.Addresses.First());
        using EventReader live = await EventReader.Open(served, new Uri(address, $"/api/runs/{id}/live").ToString());
        await live.Next();
        streams.Dispose();
        Assert.Null(await live.Next());
    }

    [Fact]
    public async Task Live_TooMany_AreRefusedUntilOneCloses()
    {
        await using Served served = await Served.Start();
        List<EventReader> open = [];
        for (int i = 0; i < LiveStreams.Most / LiveStreams.MostOfOne; i++)
        {
            (string, string) session = await served.Session();
            for (int stream = 0; stream < LiveStreams.MostOfOne; stream++)
            {
                open.Add(await EventReader.Open(served, "/api/live", session));
            }
        }

        await served.Get("/api/live", HttpStatusCode.ServiceUnavailable);
        open[0].Dispose();
        await StreamsBecome(served, LiveStreams.Most - 1);
        using EventReader another = await EventReader.Open(served, "/api/live");
        open.ForEach(static reader => reader.Dispose());
    }

    [Fact]
    public async Task Live_StrangersTakeTheirShare_AnotherVisitorIsStillServed()
    {
        await using Served served = await Served.Start();
        List<EventReader> open = [];
        for (int i = 0; i < LiveStreams.MostOfOne; i++)
        {
            open.Add(await EventReader.Open(served, "/api/live"));
        }

        JsonElement refusal = await served.Get("/api/live", HttpStatusCode.ServiceUnavailable);
        Assert.Contains("?token=", refusal.GetProperty("remedy").GetString(), StringComparison.Ordinal);
        (string, string) session = await served.Session();
        open.Add(await EventReader.Open(served, "/api/live", session));
        open[0].Dispose();
        await StreamsBecome(served, LiveStreams.MostOfOne);
        open.Add(await EventReader.Open(served, "/api/live"));
        open.ForEach(static reader => reader.Dispose());
    }

    [Fact]
    public async Task RunLive_PageThatDoesNotRead_IsDroppedAndOthersGoOn()
    {
        await using Served served = await Served.Start();
        string id = served.CreateRun();
        using RunRecorder recorder = served.Store.OpenRecorder(id, OnlyFlushes);
        using Socket dead = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            ReceiveBufferSize = 4096,
        };
        await dead.ConnectAsync(IPAddress.Loopback, served.Server.Address.Port, TestContext.Current.CancellationToken);
        await dead.SendAsync(
            Encoding.ASCII.GetBytes(
                $"GET /api/runs/{id}/live HTTP/1.1\r\nHost: 127.0.0.1:{served.Server.Address.Port}\r\n\r\n"),
            TestContext.Current.CancellationToken);
        using EventReader alive = await EventReader.Open(served, $"/api/runs/{id}/live");
        await alive.Next();
        await StreamsBecome(served, 2);

        float[] row = new float[LargeRow];
        for (int step = 1; served.Server.OpenStreams == 2; step++)
        {
            Assert.True(
                step <= MostMessages, $"After {MostMessages} messages the page that does not read is still there.");
            recorder.Row("norm", 0, step, row);
            recorder.Flush();
            JsonElement change = (await alive.Next())!.Value.Data;
            Assert.Equal(step, change.GetProperty("rows")[0].GetProperty("steps")[0].GetInt32());
        }
    }

    [Fact]
    public async Task Stop_OpenStreams_EndsThem()
    {
        await using Served served = await Served.Start();
        using EventReader list = await EventReader.Open(served, "/api/live");
        using EventReader run = await EventReader.Open(served, $"/api/runs/{served.CreateRun()}/live");
        await run.Next();
        Assert.Equal(2, served.Server.OpenStreams);
        await served.Server.Stop();
        await StreamsBecome(served, 0);
    }

    [Fact]
    public async Task List_SecondPageComesWhenARunWasAdded_FirstPageIsStillTold()
    {
        await using Served served = await Served.Start();
        using RunListFeedSource source = new(served.Store);
        source.First();
        string id = served.CreateRun();
        Assert.Contains(id, Encoding.UTF8.GetString(source.First().Bytes), StringComparison.Ordinal);
        Assert.Contains(id, Encoding.UTF8.GetString(source.Next()!.Bytes), StringComparison.Ordinal);
        Assert.Null(source.Next());
    }

    /// <summary>
    /// Waits until so many streams are open: what the other side opens or closes is noticed in a while.
    /// </summary>
    private static async Task StreamsBecome(Served served, int count)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(
            TestContext.Current.CancellationToken);
        patience.CancelAfter(EventReader.Patience);
        while (served.Server.OpenStreams != count)
        {
            await Task.Delay(20, patience.Token);
        }
    }
}
