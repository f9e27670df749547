using System.Net;
using System.Net.Mime;
using System.Text;
using System.Text.Json;
using Backflow.Experiments.Exploration;
using Backflow.Runs;
using Backflow.Runs.Columns;
using Backflow.Runs.Manifest;
using Backflow.Runs.Recording;
using Backflow.Runs.Requests;
using Backflow.Training;

namespace Backflow.Dashboard.Tests.Api;

public sealed class RunRoutesTests
{
    private static readonly string[] OfARun =
    [
        "", "/scalars?metric=a", "/rows?metric=a", "/row?metric=a", "/events", "/samples", "/live", "/itemised",
        "/dynamics",
    ];

    [Fact]
    public async Task Store_Get_HasTheWordsOfMetricsAndCellsAndNothingElse()
    {
        await using Served served = await Served.Start();
        JsonElement answer = await served.Get("/api/store");
        Assert.Equal(
            ["metrics", "cells", "storeOption"], answer.EnumerateObject().Select(static property => property.Name));
        Assert.NotEmpty(answer.GetProperty("metrics").EnumerateArray());
        Assert.NotEmpty(answer.GetProperty("cells").EnumerateArray());
        Assert.Equal(string.Empty, answer.GetProperty("storeOption").GetString());
    }

    [Fact]
    public async Task Runs_Get_ListsThemNewestFirstWithTheirNewestValues()
    {
        await using Served served = await Served.Start();
        string first = served.CreateRun();
        string second = served.CreateRun("gru", configuration: "no JSON");
        using (RunRecorder recorder = served.Store.OpenRecorder(first))
        {
            recorder.Scalar("training-loss", 7, double.NaN);
            recorder.Scalar("validation-loss", 5, 1.25);
            recorder.Scalar("effective-context", 5, 49);
            recorder.Scalar("effective-context-limit", 5, 49);
            recorder.Scalar("gradient-reach", 5, 12);
            recorder.Scalar("gradient-growth", 5, 1);
            recorder.Scalar("gradient-growth", 7, 1.6);
            recorder.Event(3, RunEventLevel.Warning, "Vanishing", "…");
        }

        JsonElement[] runs = [.. (await served.Get("/api/runs")).GetProperty("runs").EnumerateArray()];
        Assert.Equal([second, first], runs.Select(static run => run.GetProperty("id").GetString()));
        Assert.Equal("NaN", runs[1].GetProperty("trainingLoss").GetString());
        Assert.Equal(1.25, runs[1].GetProperty("validationLoss").GetDouble());
        Assert.Equal(49, runs[1].GetProperty("effectiveContext").GetDouble());
        Assert.Equal("≥ 49", runs[1].GetProperty("effectiveContextText").GetString());
        Assert.Equal(JsonValueKind.Null, runs[1].GetProperty("gradientReach").ValueKind);
        Assert.Equal("grows ×1.6 per timestep", runs[1].GetProperty("gradientReachText").GetString());
        Assert.Equal("–", runs[0].GetProperty("effectiveContextText").GetString());
        Assert.Equal(500, runs[1].GetProperty("steps").GetInt64());
        Assert.Equal(7, runs[1].GetProperty("step").GetInt64());
        Assert.Equal("interrupted", runs[1].GetProperty("status").GetString());
        Assert.Equal(1, runs[1].GetProperty("verdicts").GetProperty("warning").GetInt32());
        Assert.Equal(JsonValueKind.Null, runs[0].GetProperty("steps").ValueKind);
        Assert.Equal("running", runs[0].GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("""{"task":"adding","taskOptions":{"length":20}}""", "squared error")]
    [InlineData("""{"task":"echo"}""", "nats")]
    [InlineData("""{"steps":5}""", "nats")]
    [InlineData("""{"task":"of-another-program"}""", null)]
    [InlineData("no JSON", null)]
    public async Task Run_Get_SaysWhatItsLossCounts(string configuration, string? unit)
    {
        await using Served served = await Served.Start();
        string id = served.CreateRun(configuration: configuration);
        JsonElement run = await served.Get($"/api/runs/{id}");
        Assert.Equal(unit, run.GetProperty("lossUnit").GetString());
    }

    [Fact]
    public async Task Run_Get_HasItsManifestAndMetrics()
    {
        await using Served served = await Served.Start();
        string id = served.CreateRun();
        using (RunRecorder recorder = served.Store.OpenRecorder(id))
        {
            recorder.Scalar("training-loss", 1, 2);
            recorder.Row("total-gradient-norm", 0, 10, [1, 2]);
            recorder.Row("total-gradient-norm", 1, 20, [1, 2]);
        }

        JsonElement run = await served.Get($"/api/runs/{id}");
        Assert.Equal("18446744073709551615", run.GetProperty("seed").GetString());
        Assert.Equal(8, run.GetProperty("configuration").GetProperty("hiddenSize").GetInt32());
        Assert.False(run.GetProperty("hasCheckpoint").GetBoolean());
        JsonElement rows = run.GetProperty("metrics").EnumerateArray()
            .Single(static metric => metric.GetProperty("kind").GetString() == "row");
        Assert.Equal([0, 1], rows.GetProperty("layers").EnumerateArray().Select(static layer => layer.GetInt32()));
        Assert.Equal(10, rows.GetProperty("firstStep").GetInt64());
        Assert.Equal(20, rows.GetProperty("lastStep").GetInt64());
    }

    [Theory]
    [InlineData("lstm-9999")]
    [InlineData("LSTM")]
    [InlineData("..%2f..%2fetc%2fpasswd")]
    [InlineData("a%20b")]
    public async Task Run_UnknownOrNoId_IsNotFound(string id)
    {
        await using Served served = await Served.Start();
        foreach (string path in OfARun)
        {
            JsonElement answer = await served.Get($"/api/runs/{id}{path}", HttpStatusCode.NotFound);
            Assert.NotEmpty(answer.GetProperty("remedy").GetString()!);
        }
    }

    [Theory]
    [InlineData("lstm-0002", "lstm-0001")]
    [InlineData("LSTM-0001", "lstm-0001")]
    public async Task Run_Unknown_IsASentenceWithNearNames(string id, string near)
    {
        await using Served served = await Served.Start();
        served.CreateRun();
        JsonElement answer = await served.Get($"/api/runs/{id}", HttpStatusCode.NotFound);
        Assert.Contains($"'{id}'", answer.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Contains(near, answer.GetProperty("remedy").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Name_Post_RenamesAndRefusesATakenName()
    {
        await using Served served = await Served.Start();
        string id = served.CreateRun();
        string other = served.CreateRun();
        using (await served.Change(HttpMethod.Post, $"/api/runs/{id}/name", """{"name":"<b>best</b>"}"""))
        {
            Assert.Equal("<b>best</b>", served.Store.GetRun(id).Name);
        }

        using HttpResponseMessage taken =
            await served.Change(HttpMethod.Post, $"/api/runs/{other}/name", """{"name":"<b>best</b>"}""");
        await Served.Json(taken, HttpStatusCode.Conflict);
        Assert.Equal(other, served.Store.GetRun(other).Name);
    }

    [Theory]
    [InlineData("""{"name":5}""")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("")]
    public async Task Name_WrongBody_IsRefused(string body)
    {
        await using Served served = await Served.Start();
        string id = served.CreateRun();
        using HttpResponseMessage response = await served.Change(HttpMethod.Post, $"/api/runs/{id}/name", body);
        await Served.Json(response, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Name_LargeBody_IsRefused()
    {
        await using Served served = await Served.Start();
        string id = served.CreateRun();
        using HttpResponseMessage response = await served.Change(
            HttpMethod.Post, $"/api/runs/{id}/name", $$"""{"name":"{{new string('x', 20_000)}}"}""");
        await Served.Json(response, HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task Pin_Post_IsKept()
    {
        await using Served served = await Served.Start();
        string id = served.CreateRun();
        using (await served.Change(HttpMethod.Post, $"/api/runs/{id}/pin", """{"pinned":true}"""))
        {
            Assert.True(served.Store.GetRun(id).IsPinned);
        }

        using (await served.Change(HttpMethod.Post, $"/api/runs/{id}/pin", """{"pinned":false}"""))
        {
            Assert.False(served.Store.GetRun(id).IsPinned);
        }
    }

    [Fact]
    public async Task TagsAndNote_Post_AreKeptAndListed()
    {
        await using Served served = await Served.Start();
        string id = served.CreateRun();
        string note = new('语', 4000);
        using (await served.Change(HttpMethod.Post, $"/api/runs/{id}/tags", """{"tags":["b","a","b"]}"""))
        using (await served.Change(HttpMethod.Post, $"/api/runs/{id}/note", $$"""{"note":"{{note}}"}"""))
        {
            JsonElement run = (await served.Get("/api/runs")).GetProperty("runs")[0];
            Assert.Equal(["a", "b"], run.GetProperty("tags").EnumerateArray().Select(static tag => tag.GetString()));
            Assert.Equal(note, run.GetProperty("note").GetString());
        }

        foreach ((string path, string body, HttpStatusCode status) in ((string, string, HttpStatusCode)[])
        [
            ("tags", """{"tags":["two words"]}""", HttpStatusCode.Conflict),
            ("tags", """{"tags":[null]}""", HttpStatusCode.BadRequest),
            ("tags", "{}", HttpStatusCode.BadRequest),
            ("note", $$"""{"note":"{{note}}!"}""", HttpStatusCode.Conflict),
            ("note", "{}", HttpStatusCode.BadRequest),
        ])
        {
            using HttpResponseMessage refused =
                await served.Change(HttpMethod.Post, $"/api/runs/{id}/{path}", body);
            await Served.Json(refused, status);
        }

        Assert.Equal((2, note), (served.Store.GetRun(id).Tags.Length, served.Store.GetRun(id).Note));
    }

    [Fact]
    public async Task Requests_Post_WaitForTheProcessThatTrains()
    {
        await using Served served = await Served.Start();
        string id = served.CreateRun(configuration: TrainingOptions.DefaultsOf("adding").ToJson());
        foreach (string body in (string[])["""{"kind":"pause"}""", """{"kind":"learning-rate","learningRate":0.25}"""])
        {
            using HttpResponseMessage asked =
                await served.Change(HttpMethod.Post, $"/api/runs/{id}/requests", body);
            await Served.Json(asked, HttpStatusCode.OK);
        }

        Assert.Equal(
            [new RunRequest(RunRequestKind.Pause), new RunRequest(RunRequestKind.LearningRate, 0.25)],
            served.Store.Requests.Take(id, step: 1));
        served.Store.Requests.SetPaused(id, isPaused: true);
        Assert.True((await served.Get($"/api/runs/{id}")).GetProperty("paused").GetBoolean());
    }

    [Theory]
    [InlineData("""{"kind":"sing"}""")]
    [InlineData("""{"kind":"learning-rate"}""")]
    [InlineData("""{"kind":"learning-rate","learningRate":0}""")]
    [InlineData("""{"kind":"learning-rate","learningRate":-1}""")]
    [InlineData("""{"kind":"pause","learningRate":1}""")]
    [InlineData("{}")]
    [InlineData("{")]
    public async Task Requests_WrongBody_AreRefused(string body)
    {
        await using Served served = await Served.Start();
        string id = served.CreateRun();
        using HttpResponseMessage response = await served.Change(HttpMethod.Post, $"/api/runs/{id}/requests", body);
        await Served.Json(response, HttpStatusCode.BadRequest);
        Assert.Empty(served.Store.Requests.Take(id, step: 1));
    }

    [Fact]
    public async Task Requests_RunThatIsOver_AreRefusedWithTheWayOn()
    {
        await using Served served = await Served.Start();
        string id = served.CreateRun();
        served.Store.Finish(id, RunStatus.Completed);
        using HttpResponseMessage response =
            await served.Change(HttpMethod.Post, $"/api/runs/{id}/requests", """{"kind":"stop"}""");
        JsonElement refusal = await Served.Json(response, HttpStatusCode.Conflict);
        Assert.Equal($"Run {id} is not being trained now.", refusal.GetProperty("error").GetString());
        Assert.Equal("Go on with it first.", refusal.GetProperty("remedy").GetString());
    }

    [Fact]
    public async Task Store_ThatCanOnlyBeRead_IsShownAndRefusesChanges()
    {
        string folder = Directory.CreateTempSubdirectory("backflow-dashboard-").FullName;
        string path = Path.Combine(folder, "backflow.db");
        RunStore.Open(path).Dispose();
        // What SQLite opens there cannot be made, for the superuser neither.
        File.CreateSymbolicLink(path + "-shm", Path.Combine(folder, "no", "such", "folder"));
        try
        {
            using RunStore store = RunStore.OpenExisting(path);
            using Explorer explorer = new(store, dependencySteps: null);
            await using DashboardServer server = new(store, explorer, new DashboardOptions { Port = 0 });
            await server.Start(TestContext.Current.CancellationToken);
            using HttpClient client = new();
            using HttpResponseMessage list = await client.GetAsync(
                new Uri(server.Address, "/api/runs"), TestContext.Current.CancellationToken);
            Assert.Empty((await Served.Json(list, HttpStatusCode.OK)).GetProperty("runs").EnumerateArray());

            using HttpRequestMessage pin = new(HttpMethod.Post, new Uri(server.Address, "/api/runs/lstm-0001/pin"))
            {
                Content = new StringContent("""{"pinned":true}""", Encoding.UTF8, MediaTypeNames.Application.Json),
                Headers = { { "X-Backflow", "1" }, { "Authorization", $"Bearer {server.Token}" } },
            };
            using HttpResponseMessage refused = await client.SendAsync(pin, TestContext.Current.CancellationToken);
            JsonElement refusal = await Served.Json(refused, HttpStatusCode.Conflict);
            Assert.Contains("could not be opened", refusal.GetProperty("error").GetString(), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("DELETE", "")]
    [InlineData("POST", "/name")]
    [InlineData("POST", "/pin")]
    [InlineData("POST", "/tags")]
    [InlineData("POST", "/note")]
    [InlineData("POST", "/requests")]
    public async Task Run_ChangeByTheBeginningOfItsId_IsRefused(string method, string change)
    {
        await using Served served = await Served.Start();
        string id = served.CreateRun();
        served.Store.Finish(id, RunStatus.Completed);
        RunManifest before = served.Store.GetRun(id);
        using HttpResponseMessage refused = await served.Change(
            new HttpMethod(method),
            $"/api/runs/{id[..^1]}{change}",
            """{"name":"other","pinned":true,"tags":["other"],"note":"other","kind":"stop"}""");
        await Served.Json(refused, HttpStatusCode.NotFound);
        Assert.Equal(before, served.Store.GetRun(id));
    }

    [Fact]
    public async Task Run_Delete_RefusesARunningOneAndRemovesAFinishedOne()
    {
        await using Served served = await Served.Start();
        string id = served.CreateRun();
        using (HttpResponseMessage refused = await served.Change(HttpMethod.Delete, $"/api/runs/{id}"))
        {
            await Served.Json(refused, HttpStatusCode.Conflict);
        }

        served.Store.Finish(id, RunStatus.Completed);
        using HttpResponseMessage done = await served.Change(HttpMethod.Delete, $"/api/runs/{id}");
        await Served.Json(done, HttpStatusCode.OK);
        Assert.Empty(served.Store.ListRuns());
    }
}
