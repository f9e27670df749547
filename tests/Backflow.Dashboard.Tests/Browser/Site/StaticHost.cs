using System.Diagnostics;

namespace Backflow.Dashboard.Tests.Browser.Site;

/// <summary>A folder behind a web server that is not Backflow's, below a path of its own.</summary>
internal sealed class StaticHost : IDisposable
{
    /// <summary>The path that the folder lies below, as a project's pages do at many hosts.</summary>
    public const string Base = "/people/lessons/";

    private readonly Process _process;

    private StaticHost(Process process, Uri address)
    {
        _process = process;
        Address = address;
    }

    /// <summary>The site's folder.</summary>
    public Uri Address { get; }

    public static async Task<StaticHost> Start(string folder)
    {
        string script = Path.Combine(AppContext.BaseDirectory, "static-server.mjs");
        Process process = Process.Start(new ProcessStartInfo("node", [script, folder, Base])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        string port = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)
            ?? throw new InvalidOperationException("The static server did not start.");
        return new StaticHost(
            process,
            new Uri($"http://127.0.0.1:{port}{Base}"));
    }

    /// <summary>Ends the server; what it served is not to be had any more.</summary>
    public void Stop()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            _process.WaitForExit();
        }
    }

    public void Dispose()
    {
        Stop();
        _process.Dispose();
    }
}
