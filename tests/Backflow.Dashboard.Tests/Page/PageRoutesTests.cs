using System.Collections.Frozen;
using System.Net;
using System.Text;
using Backflow.Dashboard.Page;

namespace Backflow.Dashboard.Tests.Page;

public sealed class PageRoutesTests
{
    private static readonly PageFiles Files = new(new Dictionary<string, byte[]>
    {
        ["/index.html"] = Encoding.UTF8.GetBytes("<!doctype html>"),
        ["/assets/index-abc.js"] = Encoding.UTF8.GetBytes("export {};"),
        ["/assets/engineWorker-abc.js"] = Encoding.UTF8.GetBytes("export {};"),
        ["/favicon.svg"] = Encoding.UTF8.GetBytes("<svg/>"),
    }.ToFrozenDictionary());

    [Theory]
    [InlineData("/")]
    [InlineData("/runs")]
    [InlineData("/run/lstm-0001")]
    [InlineData("/run/lstm-0001/itemised")]
    [InlineData("/compare?runs=a,b")]
    [InlineData("/explorer?length=20")]
    [InlineData("/dependency")]
    public async Task Page_EachAddress_IsTheSamePage(string path)
    {
        await using Served served = await Served.Start(page: Files);
        using HttpResponseMessage response = await served.Send(HttpMethod.Get, path);
        string content = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal("<!doctype html>", content);
        Assert.Equal("text/html", response.Content.Headers.ContentType!.MediaType);
        Assert.True(response.Headers.CacheControl!.NoCache);
    }

    [Theory]
    [InlineData("/run/lstm-0001", "/api/runs/lstm-0001", true)]
    [InlineData("/run/lstm-0001?step=20", "/api/runs/lstm-0001", true)]
    [InlineData("/run/lstm-0001?show=cell", "/api/runs/lstm-0001", false)]
    [InlineData("/run/a%3E%0D%0AX-Evil:%20b", "/api/runs/a%3E%0D%0AX-Evil%3A%20b", true)]
    public async Task PageOfARun_AnnouncesWhatItAsksForFirst(string path, string run, bool rowsToo)
    {
        await using Served served = await Served.Start(page: Files);
        using HttpResponseMessage response = await served.Send(HttpMethod.Get, path);
        string[] announced = [.. response.Headers.GetValues("Link").SelectMany(static value => value.Split(", "))];
        Assert.StartsWith($"<{run}>; rel=preload", announced[0], StringComparison.Ordinal);
        Assert.Equal(rowsToo, announced.Any(value => value.StartsWith($"<{run}/rows?", StringComparison.Ordinal)));
        Assert.False(response.Headers.Contains("X-Evil"));
    }

    [Theory]
    [InlineData("/assets/index-abc.js", "text/javascript", true)]
    [InlineData("/favicon.svg", "image/svg+xml", false)]
    public async Task File_BuiltIn_HasItsTypeAndLife(string path, string type, bool isKept)
    {
        await using Served served = await Served.Start(page: Files);
        using HttpResponseMessage response = await served.Send(HttpMethod.Get, path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(type, response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(isKept, response.Headers.CacheControl!.MaxAge is not null);
    }

    [Theory]
    [InlineData("/assets/engineWorker-abc.js", true)]
    [InlineData("/assets/index-abc.js", false)]
    [InlineData("/", false)]
    public async Task EngineWorker_ItsAnswer_MayCompileWebAssembly(string path, bool mayCompile)
    {
        await using Served served = await Served.Start(page: Files);
        using HttpResponseMessage response = await served.Send(HttpMethod.Get, path);
        string policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; script-src 'self'", policy, StringComparison.Ordinal);
        Assert.Equal(mayCompile, policy.Contains("'wasm-unsafe-eval'", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("br, gzip", true)]
    [InlineData("gzip", false)]
    public async Task EngineFile_ByWhatIsAccepted_IsCompressedOrAsItIs(string accepted, bool isCompressed)
    {
        await using Served served = await Served.Start(page: Files);
        using HttpResponseMessage response =
            await served.Send(HttpMethod.Get, "/engine/dotnet.js", null, ("Accept-Encoding", accepted));
        byte[] content = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal(isCompressed, response.Content.Headers.ContentEncoding.Contains("br"));
        byte[] script = isCompressed ? EngineFiles.Expand(content) : content;
        Assert.Contains("Backflow.Browser", Encoding.UTF8.GetString(script), StringComparison.Ordinal);
        await served.Get("/engine/other.js", HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("/assets/other.js")]
    [InlineData("/assets/../index.htm")]
    [InlineData("/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("/..%2f..%2fetc%2fpasswd")]
    [InlineData("/etc/passwd")]
    [InlineData("/backflow.db")]
    [InlineData("/api/nothing")]
    public async Task File_NotBuiltIn_IsNotFound(string path)
    {
        await using Served served = await Served.Start(page: Files);
        await served.Get(path, HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("/nothing", "text/html,application/xhtml+xml,*/*;q=0.8", "text/html")]
    [InlineData("/nothing", "*/*", "application/json")]
    [InlineData("/api/nothing", "text/html", "application/json")]
    public async Task Unknown_ForABrowser_IsAPage(string path, string accept, string type)
    {
        await using Served served = await Served.Start(page: Files);
        using HttpResponseMessage response = await served.Send(HttpMethod.Get, path, null, ("Accept", accept));
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(type, response.Content.Headers.ContentType!.MediaType);
        string content = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("There is nothing at this address.", content, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/", HttpStatusCode.OK)]
    [InlineData("/favicon.svg", HttpStatusCode.OK)]
    [InlineData("/api/store", HttpStatusCode.OK)]
    [InlineData("/api/runs", HttpStatusCode.OK)]
    [InlineData("/api/live", HttpStatusCode.OK)]
    [InlineData("/nothing", HttpStatusCode.NotFound)]
    public async Task Head_IsAnsweredAsGetWithoutContent(string path, HttpStatusCode status)
    {
        await using Served served = await Served.Start(page: Files);
        using HttpResponseMessage head = await served.Send(HttpMethod.Head, path);
        using HttpResponseMessage get = await served.Send(HttpMethod.Get, path);
        Assert.Equal(status, head.StatusCode);
        Assert.Equal(get.StatusCode, head.StatusCode);
        Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Page_BuildWithoutIt_SaysSo()
    {
        await using Served served = await Served.Start(page: new PageFiles(FrozenDictionary<string, byte[]>.Empty));
        Assert.Contains(
            "Node",
            (await served.Get("/", HttpStatusCode.NotFound)).GetProperty("remedy").GetString(),
            StringComparison.Ordinal);
    }
}
