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

        Assert.Equal("refused", await Try(page, $"fetch('{api}').then((answer) => answer.text())"));
        Assert.Equal("refused", await Try(page, $"fetch('{api}', {{ mode: 'no-cors' }})"));
        Assert.Equal("refused", await Try(page, $"fetch('{api}/{id}', {{ method: 'DELETE', headers: {{ 'X-Backflow': '1', 'Content-Type': 'application/json' }} }})"));
        // What a form sends needs no permission: the browser sends it, and the server must refuse it.
        Assert.Equal("refused", await Try(page, $$"""fetch('{{api}}/{{id}}/name', { method: 'POST', mode: 'no-cors', body: '{"name":"stolen"}' })"""));
        Assert.Equal("refused", await Try(page, $"new Promise((resolve, reject) => {{ const live = new EventSource('{api}/{id}/live'); live.onopen = resolve; live.onerror = reject; }})"));
        Assert.Equal("known", served.Store.GetRun(id).Name);

        await page.Page.EvaluateAsync($"document.body.append(Object.assign(document.createElement('iframe'), {{ src: '{served.Client.BaseAddress}' }}))");
        await page.Complains("frame-ancestors");
        Assert.Contains(page.Complaints, static text => text.Contains("blocked by CORS policy", StringComparison.Ordinal));
    }

    private static Task<string> Try(OpenedPage page, string attempt) =>
        page.Page.EvaluateAsync<string>($"() => {attempt}.then((value) => typeof value === 'string' ? value : 'done', () => 'refused')");

    private static async Task<WebApplication> Stranger()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        WebApplication stranger = builder.Build();
        stranger.Run(static context =>
        {
            context.Response.ContentType = "text/html";
            return context.Response.Body.WriteAsync("<!doctype html><title>A stranger</title><body><h1>Welcome</h1>"u8.ToArray()).AsTask();
        });
        await stranger.StartAsync(TestContext.Current.CancellationToken);
        return stranger;
    }
}
