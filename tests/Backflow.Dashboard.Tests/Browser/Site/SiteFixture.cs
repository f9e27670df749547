using System.Text.RegularExpressions;
using Backflow.Cli.Tests;

namespace Backflow.Dashboard.Tests.Browser.Site;

/// <summary>
/// A site as <c>learn --export</c> writes it, and a dashboard beside it, both by processes that multiply and add in two
/// roundings, as WebAssembly does. Made when a test first asks for them.
/// </summary>
public sealed partial class SiteFixture : IDisposable
{
    private static readonly Dictionary<string, string> WithoutFma = new() { ["DOTNET_EnableAVX"] = "0" };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("backflow-site-");
    private readonly Lazy<string> _site;
    private readonly Lazy<BackflowProcess> _dashboard;

    public SiteFixture()
    {
        _site = new Lazy<string>(Export);
        _dashboard = new Lazy<BackflowProcess>(Serve);
    }

    /// <summary>The site's files.</summary>
    public string Folder => _site.Value;

    /// <summary>The dashboard of the native engine, with its token.</summary>
    internal Uri Native => new(Address().Match(_dashboard.Value.OutputSoFar).Value);

    public void Dispose()
    {
        if (_dashboard.IsValueCreated)
        {
            _dashboard.Value.Dispose();
        }

        _folder.Delete(recursive: true);
    }

    private string Export()
    {
        using BackflowProcess export =
            BackflowProcess.Start(_folder.FullName, WithoutFma, "learn", "--export", "site");
        ProcessResult written = export.WaitForEnd();
        Assert.True(written.ExitCode == 0, written.Error);
        return Path.Combine(_folder.FullName, "site");
    }

    private BackflowProcess Serve()
    {
        BackflowProcess dashboard = BackflowProcess.Start(_folder.FullName, WithoutFma, "learn", "--port", "0");
        dashboard.WaitForOutput("Ctrl+C ends it.");
        return dashboard;
    }

    [GeneratedRegex(@"http://\S+")]
    private static partial Regex Address();
}
