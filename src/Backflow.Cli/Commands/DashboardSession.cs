using Backflow.Dashboard;
using Backflow.Experiments.Exploration;
using Backflow.Experiments.Recording;
using Backflow.Runs;
using Backflow.Training;

namespace Backflow.Cli.Commands;

/// <summary>A dashboard beside whatever a command does: served from its start until it is disposed of.</summary>
internal sealed class DashboardSession : IDisposable
{
    /// <summary>The view of the lessons, which need no store.</summary>
    public const string Lessons = "learn";

    private readonly Explorer _explorer;
    private readonly DashboardServer _server;
    private Uri _address;
    private BrowserPage? _page;

    private DashboardSession(RunStore store, DashboardOptions options, ICommandWriter commands)
    {
        _explorer = new Explorer(store, commands: commands);
        try
        {
            _server = new DashboardServer(store, _explorer, options, commands: commands);
            _server.Start().GetAwaiter().GetResult();
            _address = _server.Address;
        }
        catch
        {
            _explorer.Dispose();
            throw;
        }
    }

    /// <summary>Opens the store that a page shows; there may be none yet.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="RunStoreException">What is there is no store, or damaged: that is said here, and not by a page
    /// that stays empty.</exception>
    public static RunStore OpenStore(string path)
    {
        RunStore store = RunStore.OpenOrAwait(path);
        try
        {
            _ = store.ListOverviews(RecordedReach.Metrics);
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>Serves a store, and makes the answers ready in the background, while a person opens the page.</summary>
    /// <param name="store">The store, which outlives the session.</param>
    /// <param name="options">Where to serve.</param>
    /// <param name="commands">Who writes the commands that the page shows.</param>
    /// <param name="trains">
    /// Whether the same processors train meanwhile: then the explorer, which is not what people look at first, is not
    /// made ready.
    /// </param>
    /// <exception cref="DashboardException">It cannot be served there.</exception>
    public static DashboardSession Start(
        RunStore store, DashboardOptions options, ICommandWriter commands, bool trains)
    {
        DashboardSession session = new(store, options, commands);
        _ = Task.Run(() => session._server.WarmUp(explores: !trains));
        return session;
    }

    /// <summary>Prints the address, and opens a browser on a desktop.</summary>
    /// <param name="output">Where the address is printed.</param>
    /// <param name="view">What the address opens, such as compare?runs=rnn-0001,lstm-0001; empty for the newest
    /// run.</param>
    public void Announce(TextWriter output, string view = "")
    {
        _address = AddressOf(_server.Address, view);
        output.WriteLine($"Dashboard: {_address}");
        output.Flush();
        if (IsDesktop())
        {
            _page = BrowserPage.Open(_address);
        }
    }

    /// <summary>
    /// Goes on serving until Ctrl+C after the work is done, where a person is likely to be looking: on a terminal.
    /// </summary>
    /// <param name="output">Where this is said.</param>
    public void LingerOnTerminal(TextWriter output)
    {
        if (!Console.IsOutputRedirected)
        {
            WaitForInterruption(output, $"The dashboard stays at {_address} until Ctrl+C.");
        }
    }

    /// <summary>Waits for Ctrl+C, or a request to terminate.</summary>
    /// <param name="output">Where this is said, once Ctrl+C is heard.</param>
    /// <param name="words">What is said.</param>
    public static void WaitForInterruption(TextWriter output, string words)
    {
        using Interruption interruption = new();
        output.WriteLine(words);
        output.Flush();
        interruption.Token.WaitHandle.WaitOne();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _server.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _explorer.Dispose();
        _page?.Dispose();
    }

    // The server's address has the token as its query; a view's own parameters follow it.
    private static Uri AddressOf(Uri server, string view)
    {
        if (view.Length == 0)
        {
            return server;
        }

        UriBuilder address = new(new Uri(server, view));
        address.Query = $"{server.Query}&{address.Query.TrimStart('?')}".Trim('&');
        return address.Uri;
    }

    // A server in a rack, a container or a pipeline has no screen to open a browser on.
    private static bool IsDesktop() =>
        !Console.IsOutputRedirected
        && (OperatingSystem.IsWindows() ? Environment.UserInteractive
            : OperatingSystem.IsMacOS()
                ? Environment.GetEnvironmentVariable("SSH_CONNECTION") is null
                : IsSet("DISPLAY") || IsSet("WAYLAND_DISPLAY"));

    private static bool IsSet(string variable) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));
}
