using System.Net;
using Microsoft.AspNetCore.Routing;

namespace Backflow.Dashboard.Tests.Security;

/// <summary>What browsers say about a request of another site, and what of it is answered.</summary>
public sealed class ForeignRequestTests
{
    [Theory]
    [InlineData("same-origin", HttpStatusCode.OK)]
    [InlineData("none", HttpStatusCode.OK)]
    [InlineData("same-site", HttpStatusCode.Forbidden)]
    [InlineData("cross-site", HttpStatusCode.Forbidden)]
    public async Task FetchSite_Foreign_ReadsNothing(string site, HttpStatusCode expected)
    {
        await using Served served = await Served.Start();
        using HttpResponseMessage response =
            await served.Send(HttpMethod.Get, "/api/runs", null, FetchMetadata(site, "no-cors", "image"));
        await Served.Json(response, expected);
    }

    [Theory]
    [InlineData("/runs", "navigate", "document", HttpStatusCode.OK)]
    [InlineData("/runs", "navigate", "iframe", HttpStatusCode.Forbidden)]
    [InlineData("/runs", "no-cors", "script", HttpStatusCode.Forbidden)]
    [InlineData("/api/runs", "navigate", "document", HttpStatusCode.Forbidden)]
    [InlineData("/API/runs", "navigate", "document", HttpStatusCode.Forbidden)]
    public async Task FetchSite_LinkOfAnotherSite_OpensAPageAndNothingElse(
        string path, string mode, string destination, HttpStatusCode expected)
    {
        await using Served served = await Served.Start();
        using HttpResponseMessage response =
            await served.Send(HttpMethod.Get, path, null, FetchMetadata("cross-site", mode, destination));
        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task FetchSite_ChangeOfAnotherSite_IsRefusedWithTokenAndHeaders()
    {
        await using Served served = await Served.Start();
        string id = served.CreateRun();
        using HttpResponseMessage response = await served.Change(
            HttpMethod.Post,
            $"/api/runs/{id}/name",
            """{"name":"stolen"}""",
            FetchMetadata("same-site", "navigate", "document"));
        await Served.Json(response, HttpStatusCode.Forbidden);
        Assert.Equal(id, served.Store.GetRun(id).Name);
    }

    [Fact]
    public async Task Origin_NearEndOfATunnel_MayChange()
    {
        await using Served served = await Served.Start();
        string id = served.CreateRun();
        using HttpResponseMessage response = await served.Change(
            HttpMethod.Post,
            $"/api/runs/{id}/name",
            """{"name":"tunnelled"}""",
            ("Host", "localhost:9000"),
            ("Origin", "http://localhost:9000"));
        await Served.Json(response, HttpStatusCode.OK);
        Assert.Equal("tunnelled", served.Store.GetRun(id).Name);
    }

    [Theory]
    [InlineData("/api/explorer")]
    [InlineData("/api/dependency")]
    [InlineData("/api/runs/{0}/itemised")]
    [InlineData("/api/runs/{0}/dynamics")]
    [InlineData("/api/runs/{0}/usual-start")]
    [InlineData("/api/runs/{0}/name")]
    [InlineData("/api/runs/{0}/pin")]
    [InlineData("/api/runs/{0}/tags")]
    [InlineData("/api/runs/{0}/note")]
    [InlineData("/api/runs/{0}/requests")]
    public async Task Get_WhatChangesOrComputes_IsNotThere(string path)
    {
        await using Served served = await Served.Start();
        string id = served.CreateRun();
        using HttpResponseMessage response =
            await served.Send(HttpMethod.Get, string.Format(null, path, id), null, served.Authorization);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Get_EveryRoute_WritesNothingIntoTheStore()
    {
        await using Served served = await Served.Start(dependencySteps: 30);
        string id = served.CreateRun();
        long before = served.Store.GetRun(id).Updated.Ticks;
        foreach (RouteEndpoint endpoint in served.Server.Routes)
        {
            string route = "/" + endpoint.RoutePattern.RawText!.TrimStart('/');
            string path = route.Replace("{id}", id, StringComparison.Ordinal)
                .Replace("{*path}", "nothing", StringComparison.Ordinal);
            using HttpResponseMessage response = await served.Send(HttpMethod.Get, path, null, served.Authorization);
            Assert.True((int)response.StatusCode < 500, $"{response.StatusCode} at {route}");
        }

        Assert.Equal(id, Assert.Single(served.Store.ListRuns()).Id);
        Assert.Equal(before, served.Store.GetRun(id).Updated.Ticks);
    }

    /// <summary>What a browser says of a request by itself.</summary>
    private static (string Name, string Value)[] FetchMetadata(string site, string mode, string destination) =>
        [("Sec-Fetch-Site", site), ("Sec-Fetch-Mode", mode), ("Sec-Fetch-Dest", destination)];
}
