using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using Backflow.Runs;

namespace Backflow.Cli.Commands;

/// <summary>Opens an address that holds a token, through a file that only its user may read.</summary>
/// <remarks>As an argument of a browser, the address would show the token to all who list processes.</remarks>
internal sealed class BrowserPage : IDisposable
{
    private readonly DirectoryInfo _folder;

    private BrowserPage(DirectoryInfo folder) => _folder = folder;

    /// <summary>Opens the user's browser at an address.</summary>
    /// <param name="address">The address, with its token.</param>
    /// <returns>The file, kept until the browser has read it; null where none was opened.</returns>
    public static BrowserPage? Open(Uri address)
    {
        try
        {
            // Made for its owner alone.
            BrowserPage page = new(Directory.CreateTempSubdirectory("backflow-"));
            string file = Path.Combine(page._folder.FullName, "dashboard.html");
            File.WriteAllText(
                file,
                "<!doctype html><meta charset=\"utf-8\"><title>Backflow</title>"
                + $"<meta http-equiv=\"refresh\" content=\"0; url={WebUtility.HtmlEncode(address.AbsoluteUri)}\">");
            using Process? browser = Process.Start(new ProcessStartInfo(file) { UseShellExecute = true });
            return page;
        }
        catch (Exception failure) when (
            failure is Win32Exception or InvalidOperationException || WriteFailure.ReasonOf(failure) is not null)
        {
            // No browser, or nowhere to write: the address is printed, and that is enough.
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            _folder.Delete(recursive: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The system empties its folder of temporary files; the token in the file has ended with the server.
        }
    }
}
