using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Playwright;

namespace Backflow.Dashboard.Tests.Browser;

/// <summary>A page in a context of its own, and everything that the browser complained about.</summary>
internal sealed class OpenedPage : IAsyncDisposable
{
    /// <summary>Milliseconds after which something that should appear never will, also on a busy machine.</summary>
    public const int Patience = 240_000;

    private const int PollInterval = 20;

    /// <summary>
    /// Of Chromium's warning that seconds lie between an announced answer and its use: a slow machine is no fault.
    /// </summary>
    private const string LatePreload = "was preloaded using link preload but not used within a few seconds";

    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _complaints = new();

    public OpenedPage(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning" && !message.Text.Contains(LatePreload, StringComparison.Ordinal))
            {
                _complaints.Enqueue(message.Text);
            }
        };
        page.PageError += (_, error) => _complaints.Enqueue(error);
    }

    public IPage Page { get; }

    /// <summary>The number field of the scrubber: the step that every panel shows.</summary>
    public ILocator Step => Page.GetByRole(AriaRole.Spinbutton, new() { Name = "Step" });

    /// <summary>
    /// Errors and warnings of the console, refused resources (the content policy) and uncaught exceptions.
    /// </summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    /// <summary>Waits until the page's first heading contains a text.</summary>
    public Task Heading(string text) => See(Page.Locator("h1", new() { HasText = text }));

    public static Task See(ILocator locator) => locator.First.WaitForAsync();

    /// <summary>Waits until there are so many elements.</summary>
    public static Task Counts(ILocator locator, int count) =>
        Assertions.Expect(locator).ToHaveCountAsync(count, new() { Timeout = Patience });

    /// <summary>Waits until an expression is true in the page.</summary>
    /// <remarks>Playwright's own wait evaluates a string inside the page, which the content policy refuses.</remarks>
    public async Task Until(string expression)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (!await Page.EvaluateAsync<bool>(expression))
        {
            Assert.True(watch.ElapsedMilliseconds < Patience, $"Never true at {Page.Url}: {expression}");
            await Task.Delay(PollInterval, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits until the browser has complained of something.</summary>
    public async Task Complains(string part)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (!_complaints.Any(text => text.Contains(part, StringComparison.Ordinal)))
        {
            Assert.True(watch.ElapsedMilliseconds < Patience, $"No '{part}' in: {string.Join(" | ", _complaints)}");
            await Task.Delay(PollInterval, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits until the scrubber stands at a step.</summary>
    public Task AtStep(long step) =>
        Until(string.Create(
            CultureInfo.InvariantCulture,
            $"document.querySelector('.bar input[type=number]')?.value === '{step}'"));

    /// <summary>
    /// Waits until the heatmap shows so many steps: what the scrubber knows may come before its numbers.
    /// </summary>
    public Task Painted(int steps) =>
        See(Page.Locator(string.Create(CultureInfo.InvariantCulture, $".heatmap canvas[data-columns='{steps}']")));

    /// <summary>Presses a panel's button and reads the file that the browser saves.</summary>
    public async Task<(string Name, byte[] Content)> Save(string panel, string kind)
    {
        ILocator button = Page.GetByRole(AriaRole.Button, new() { Name = $"Save {panel} as {kind}", Exact = true });
        IDownload download = await Page.RunAndWaitForDownloadAsync(() => button.ClickAsync());
        await using Stream stream = await download.CreateReadStreamAsync();
        using MemoryStream content = new();
        await stream.CopyToAsync(content, TestContext.Current.CancellationToken);
        return (download.SuggestedFilename, content.ToArray());
    }

    public async Task<string> SaveText(string panel, string kind) =>
        Encoding.UTF8.GetString((await Save(panel, kind)).Content);

    /// <summary>Fails where the browser complained.</summary>
    public void AssertQuiet() => Assert.Empty(_complaints);

    public ValueTask DisposeAsync() => _context.DisposeAsync();
}
