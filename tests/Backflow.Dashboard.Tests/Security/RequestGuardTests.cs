using System.Net;

namespace Backflow.Dashboard.Tests.Security;

public sealed class RequestGuardTests
{
    private const string Token = "0123456789abcdef";

    private static readonly DashboardOptions Private = new() { Port = 0, Token = Token, IsPrivate = true };

    [Theory]
    [InlineData("127.0.0.1:{0}", HttpStatusCode.OK)]
    [InlineData("localhost:{0}", HttpStatusCode.OK)]
    [InlineData("LOCALHOST:{0}", HttpStatusCode.OK)]
    [InlineData("[::1]:{0}", HttpStatusCode.OK)]
    [InlineData("localhost", HttpStatusCode.OK)]
    [InlineData("localhost:9000", HttpStatusCode.OK)]
    [InlineData("127.0.0.1:9000", HttpStatusCode.OK)]
    [InlineData("evil.example:9000", HttpStatusCode.Forbidden)]
    [InlineData("evil.example:{0}", HttpStatusCode.Forbidden)]
    [InlineData("127.0.0.1.evil.example:{0}", HttpStatusCode.Forbidden)]
    [InlineData("localhost.evil.example:{0}", HttpStatusCode.Forbidden)]
    [InlineData("127.0.0.2:{0}", HttpStatusCode.Forbidden)]
    public async Task Host_ForeignName_IsRefused(string host, HttpStatusCode expected)
    {
        await using Served served = await Served.Start();
        string name = string.Format(null, host, served.Server.Address.Port);
        using HttpResponseMessage response = await served.Send(HttpMethod.Get, "/api/store", null, ("Host", name));
        await Served.Json(response, expected);
    }

    [Theory]
    [InlineData("http://127.0.0.1:{0}", HttpStatusCode.OK)]
    [InlineData("https://127.0.0.1:{0}", HttpStatusCode.Forbidden)]
    [InlineData("http://localhost:{0}", HttpStatusCode.Forbidden)]
    [InlineData("http://127.0.0.1:1", HttpStatusCode.Forbidden)]
    [InlineData("http://127.0.0.1:{0}/", HttpStatusCode.Forbidden)]
    [InlineData("HTTP://127.0.0.1:{0}", HttpStatusCode.Forbidden)]
    [InlineData("http://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    public async Task Origin_Foreign_IsRefused(string origin, HttpStatusCode expected)
    {
        await using Served served = await Served.Start();
        string from = string.Format(null, origin, served.Server.Address.Port);
        using HttpResponseMessage response = await served.Send(HttpMethod.Get, "/api/runs", null, ("Origin", from));
        await Served.Json(response, expected);
    }

    [Theory]
    [InlineData("application/json", "1", HttpStatusCode.OK)]
    [InlineData("application/json; charset=utf-8", "1", HttpStatusCode.OK)]
    [InlineData("text/plain", "1", HttpStatusCode.Forbidden)]
    [InlineData("application/x-www-form-urlencoded", "1", HttpStatusCode.Forbidden)]
    [InlineData("application/json", "0", HttpStatusCode.Forbidden)]
    [InlineData("application/json", null, HttpStatusCode.Forbidden)]
    public async Task Change_WithoutItsHeaders_IsRefused(string type, string? own, HttpStatusCode expected)
    {
        await using Served served = await Served.Start();
        string id = served.CreateRun();
        List<(string Name, string Value)> headers = [("Content-Type", type), served.Authorization];
        if (own is not null)
        {
            headers.Add(("X-Backflow", own));
        }

        using HttpResponseMessage response =
            await served.Send(HttpMethod.Post, $"/api/runs/{id}/name", """{"name":"x"}""", [.. headers]);
        await Served.Json(response, expected);
        Assert.Equal(expected == HttpStatusCode.OK ? "x" : id, served.Store.GetRun(id).Name);
    }

    [Fact]
    public async Task Change_FromAnotherSite_IsRefusedEvenWithItsHeaders()
    {
        await using Served served = await Served.Start();
        string id = served.CreateRun();
        served.Store.Finish(id, Runs.Manifest.RunStatus.Completed);
        using HttpResponseMessage response =
            await served.Change(HttpMethod.Delete, $"/api/runs/{id}", "{}", ("Origin", "http://evil.example"));
        await Served.Json(response, HttpStatusCode.Forbidden);
        Assert.Single(served.Store.ListRuns());
    }

    [Fact]
    public async Task Private_WithoutToken_IsRefusedEverywhere()
    {
        await using Served served = await Served.Start(Private);
        foreach (string path in (string[])["/", "/api/runs", "/api/live", "/runs?token=wrong1234", "/assets/x.js"])
        {
            using HttpResponseMessage response = await served.Send(HttpMethod.Get, path);
            await Served.Json(response, HttpStatusCode.Unauthorized);
        }
    }

    [Theory]
    [InlineData("Bearer " + Token, HttpStatusCode.OK)]
    [InlineData("Bearer 0123456789abcdee", HttpStatusCode.Unauthorized)]
    [InlineData("Bearer", HttpStatusCode.Unauthorized)]
    [InlineData("Basic " + Token, HttpStatusCode.Unauthorized)]
    public async Task Token_AsHeader_IsCompared(string authorization, HttpStatusCode expected)
    {
        await using Served served = await Served.Start(Private);
        using HttpResponseMessage response =
            await served.Send(HttpMethod.Get, "/api/store", null, ("Authorization", authorization));
        await Served.Json(response, expected);
    }

    [Fact]
    public async Task Token_FirstVisit_MovesToACookieAndOutOfTheAddress()
    {
        await using Served served = await Served.Start(Private);
        using HttpResponseMessage first =
            await served.Send(HttpMethod.Get, $"/compare?runs=a%2Cb&token={Token}&metric=x%26y");
        Assert.Equal(HttpStatusCode.SeeOther, first.StatusCode);
        string target = first.Headers.Location!.OriginalString.Replace("%2C", ",", StringComparison.Ordinal);
        Assert.Equal("/compare?runs=a,b&metric=x%26y", target);
        string cookie = Assert.Single(first.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("expires", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("max-age", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Token, cookie, StringComparison.Ordinal);

        using HttpResponseMessage second =
            await served.Send(HttpMethod.Get, "/api/store", null, ("Cookie", cookie.Split(';')[0]));
        await Served.Json(second, HttpStatusCode.OK);
    }

    [Fact]
    public async Task Token_PathOfAnotherSite_IsRedirectedToThisOne()
    {
        await using Served served = await Served.Start(new DashboardOptions { Port = 0, Token = Token });
        using HttpResponseMessage first =
            await served.Send(HttpMethod.Get, $"{served.Client.BaseAddress}/evil.example/?token={Token}");
        Assert.Equal("/evil.example/", first.Headers.Location!.OriginalString);
    }

    [Theory]
    [InlineData("/api/store")]
    [InlineData("/nothing")]
    public async Task Headers_EveryAnswer_ForbidForeignScriptsAndFrames(string path)
    {
        await using Served served = await Served.Start();
        using HttpResponseMessage response = await served.Send(HttpMethod.Get, path);
        string policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-referrer", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
        Assert.False(response.Headers.Contains("Server"));
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
    }
}
