using System.Net;
using System.Text.Json;

namespace Backflow.Dashboard.Tests.Security;

/// <summary>Another user of the machine can connect to the port, and has neither token nor session.</summary>
public sealed class OtherUserTests
{
    [Theory]
    [InlineData("POST", "/api/runs/{0}/name", """{"name":"stolen"}""")]
    [InlineData("POST", "/api/runs/{0}/pin", """{"pinned":true}""")]
    [InlineData("POST", "/api/runs/{0}/tags", """{"tags":["stolen"]}""")]
    [InlineData("POST", "/api/runs/{0}/note", """{"note":"stolen"}""")]
    [InlineData("POST", "/api/runs/{0}/requests", """{"kind":"stop"}""")]
    [InlineData("DELETE", "/api/runs/{0}", "{}")]
    [InlineData("POST", "/api/explorer", "{}")]
    [InlineData("POST", "/api/dependency", "{}")]
    [InlineData("POST", "/api/runs/{0}/itemised", "{}")]
    [InlineData("POST", "/api/runs/{0}/dynamics", "{}")]
    [InlineData("POST", "/api/runs/{0}/usual-start", "{}")]
    public async Task Change_WithoutToken_IsRefused(string method, string path, string body)
    {
        await using Served served = await Served.Start();
        string id = served.CreateRun();
        served.Store.Finish(id, Runs.Manifest.RunStatus.Completed);
        using HttpResponseMessage response = await served.Send(
            new HttpMethod(method),
            string.Format(null, path, id),
            body,
            ("Content-Type", "application/json"),
            ("X-Backflow", "1"));
        JsonElement refusal = await Served.Json(response, HttpStatusCode.Unauthorized);
        Assert.Contains("?token=", refusal.GetProperty("remedy").GetString(), StringComparison.Ordinal);
        Runs.Manifest.RunManifest run = Assert.Single(served.Store.ListRuns());
        Assert.Equal((id, false, 0, ""), (run.Name, run.IsPinned, run.Tags.Length, run.Note));
    }

    [Fact]
    public async Task Reading_WithoutToken_IsOpenUnlessPrivate()
    {
        await using Served open = await Served.Start();
        await open.Get("/api/runs");
        await using Served closed = await Served.Start(new DashboardOptions { Port = 0, IsPrivate = true });
        await closed.Get("/api/runs", HttpStatusCode.Unauthorized);
        using HttpResponseMessage page = await closed.Send(HttpMethod.Get, "/", null, ("Accept", "text/html"));
        Assert.Equal(HttpStatusCode.Unauthorized, page.StatusCode);
        Assert.Equal("text/html", page.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Session_OfThisServer_MayChange()
    {
        await using Served served = await Served.Start();
        string id = served.CreateRun();
        Assert.Equal(HttpStatusCode.OK, await Rename(served, id, await served.Session()));
    }

    [Fact]
    public async Task Session_OfAnotherServer_IsRefused()
    {
        await using Served served = await Served.Start();
        await using Served other = await Served.Start();
        string id = served.CreateRun();
        string foreign = (await other.Session()).Value;
        string proof = foreign[foreign.IndexOf('=', StringComparison.Ordinal)..];
        string renamed = $"backflow-{served.Server.Address.Port}{proof}";
        Assert.Equal(HttpStatusCode.Unauthorized, await Rename(served, id, ("Cookie", renamed)));
    }

    [Fact]
    public async Task Session_AfterTheServerEnded_IsRefused()
    {
        await using Served served = await Served.Start();
        string id = served.CreateRun();
        (string, string) session = await served.Session();
        await served.Server.Stop();
        await served.StartAgain();
        Assert.Equal(HttpStatusCode.Unauthorized, await Rename(served, id, session));
    }

    [Theory]
    [InlineData("{1}")]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("0.0")]
    [InlineData("{0}.")]
    public async Task Session_Invented_IsRefused(string cookie)
    {
        await using Served served = await Served.Start();
        string id = served.CreateRun();
        string name = (await served.Session()).Value.Split('=')[1].Split('.')[0];
        string value = string.Format(null, cookie, name, served.Server.Token);
        Assert.Equal(
            HttpStatusCode.Unauthorized,
            await Rename(served, id, ("Cookie", $"backflow-{served.Server.Address.Port}={value}")));
    }

    [Fact]
    public async Task Token_OfAnotherServer_IsRefusedWithASentence()
    {
        await using Served served = await Served.Start();
        JsonElement refusal = await served.Get("/runs?token=0123456789abcdef", HttpStatusCode.Unauthorized);
        Assert.Contains("not that of this server", refusal.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_FromAFileOfThisMachine_BeginsASessionThatTheNextPageHas()
    {
        await using Served served = await Served.Start(new DashboardOptions { Port = 0, IsPrivate = true });
        using HttpResponseMessage response = await served.Send(
            HttpMethod.Get,
            $"/compare?token={served.Server.Token}&runs=a,b&layer=1",
            null,
            ("Sec-Fetch-Site", "cross-site"),
            ("Sec-Fetch-Mode", "navigate"),
            ("Sec-Fetch-Dest", "document"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Single(response.Headers.GetValues("Set-Cookie"));
        string content = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("url=/compare?runs=a,b&amp;layer=1\"", content, StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> Rename(Served served, string id, (string Name, string Value) proof)
    {
        using HttpResponseMessage response = await served.Send(
            HttpMethod.Post,
            $"/api/runs/{id}/name",
            """{"name":"renamed"}""",
            ("Content-Type", "application/json"),
            ("X-Backflow", "1"),
            proof);
        return response.StatusCode;
    }
}
