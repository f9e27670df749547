using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Backflow.Dashboard.Tests.Browser;

/// <summary>A page of another server, in a real browser, that tries what a hostile site would.</summary>
[Collection(ChromiumFixture.Name)]
public sealed class ForeignPageTests(ChromiumFixture chromium)
{
    private static readonly byte[] Welcome =
        "<!doctype html><title>A stranger</title><body><h1>Welcome</h1>"u8.ToArray();

    [Fact]
    public async Task ForeignPage_ReadsChangesAndFrames_IsRefused()
    {
        await using Served served = await Served.Start();
        string id = RecordedRun.Write(served);
        await using WebApplication stranger = await Stranger();
        await using OpenedPage page = await chromium.Open(served, "/runs");
        await page.Page.GotoAsync(stranger.Services.GetRequiredService<IServer>().Features
            .Get<IServerAddressesFeature>()!.Addresses.First());
        string api = $"{served.Client.BaseAddress}api/runs";

        string[] attempts =
        [
            $"fetch('{api}').then((answer) => answer.text())",
            $"fetch('{api}', {{ mode: 'no-cors' }})",
            $$"""
            fetch('{{api}}/{{id}}', {
              method: 'DELETE', headers: { 'X-Backflow': '1', 'Content-Type': 'application/json' },
            })
            """,

            // What a form sends needs no permission: the browser sends it, and the server must refuse it.
            $$"""fetch('{{api}}/{{id}}/name', { method: 'POST', mode: 'no-cors', body: '{"name":"stolen"}' })""",
            $$"""
            new Promise((resolve, reject) => {
              const live = new EventSource('{{api}}/{{id}}/live');
              live.onopen = resolve;
              live.onerror = reject;
            })
            """,
        ];
        foreach (string attempt in attempts)
        {
            string outcome = await page.Page.EvaluateAsync<string>(
                $"() => {attempt}.then((value) => typeof value === 'string' ? value : 'done', () => 'refused')");
            Assert.True(outcome == "refused", $"{outcome}: {attempt}");
        }

        Assert.Equal("known", served.Store.GetRun(id).Name);

        await page.Page.EvaluateAsync(
            "(src) => document.body.append(Object.assign(document.createElement('iframe'), { src }))",
            served.Client.BaseAddress!.ToString());
        await page.Complains("frame-ancestors");
        await page.Complains("blocked by CORS policy");
    }

    private static async Task<WebApplication> Stranger()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore()
            .ConfigureKestrel(static kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        WebApplication stranger = builder.Build();
        stranger.Run(static context =>
        {
            context.Response.ContentType = "text/html";
            return context.Response.Body.WriteAsync(Welcome).AsTask();
        });
        await stranger.StartAsync(TestContext.Current.CancellationToken);
        return stranger;
    }
}
