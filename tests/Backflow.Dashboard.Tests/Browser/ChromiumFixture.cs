using Backflow.Dashboard.Tests.Browser.Site;
using Microsoft.Playwright;

namespace Backflow.Dashboard.Tests.Browser;

/// <summary>
/// One Chromium for all browser tests; each test has a context, and so cookies and a cache, of its own.
/// </summary>
public sealed class ChromiumFixture : IAsyncLifetime
{
    public const string Name = "Chromium";

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "chrome"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = FindChromium(),
            Timeout = OpenedPage.Patience,
            Args = ["--no-sandbox", "--disable-dev-shm-usage"],
        });
    }

    /// <summary>
    /// Opens a page of a server and waits until it shows its heading; a script may run before the page's own.
    /// </summary>
    internal Task<OpenedPage> Open(
        Served served, string path, int width = 1280, int height = 800, string? script = null) =>
        Open(served.Server.Address, path, width, height, script);

    /// <summary>
    /// Opens a page of a server that may be another process, at the address that it printed; a reader may run no
    /// scripts.
    /// </summary>
    internal async Task<OpenedPage> Open(
        Uri address,
        string path,
        int width = 1280,
        int height = 800,
        string? script = null,
        bool runsScripts = true)
    {
        IBrowserContext context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = address.GetLeftPart(UriPartial.Authority),
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce,
            JavaScriptEnabled = runsScripts,
        });
        context.SetDefaultTimeout(OpenedPage.Patience);
        if (script is not null)
        {
            await context.AddInitScriptAsync(script);
        }

        // What a person does with the printed address: the session that it begins is the context's.
        await using IAPIResponse admitted = await context.APIRequest.GetAsync(address.ToString());
        OpenedPage opened = new(context, await context.NewPageAsync());
        await opened.Page.GotoAsync(path);
        await opened.Page.Locator("h1").First.WaitForAsync();
        return opened;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    private static string FindChromium()
    {
        string? chosen = Environment.GetEnvironmentVariable("BACKFLOW_CHROMIUM");
        IEnumerable<string> candidates = string.IsNullOrEmpty(chosen)
            ? (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator)
                .SelectMany(static folder => Names.Select(name => Path.Combine(folder, name)))
            : [chosen];
        return candidates.FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException("The browser tests need Chromium, which ./test.sh installs.");
    }
}

/// <summary>The tests that share the browser, one after another, and the site that some of them look at.</summary>
[CollectionDefinition(ChromiumFixture.Name)]
public sealed class BrowserTests : ICollectionFixture<ChromiumFixture>, ICollectionFixture<SiteFixture>;
