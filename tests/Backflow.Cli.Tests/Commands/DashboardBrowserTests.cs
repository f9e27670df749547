using System.Runtime.Versioning;
using Xunit;

namespace Backflow.Cli.Tests.Commands;

/// <summary>A browser is opened where a person sits at a desktop, and nowhere else.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class DashboardBrowserTests
{
    private const UnixFileMode OwnersFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private static readonly string[] Training =
        ["train", "--steps", "2", "--hidden", "8", "--seq-len", "8", "--batch", "4", "--threads", "1"];

    [Fact]
    public async Task Dashboard_TerminalOnADesktop_OpensTheAddressInABrowser()
    {
        using TemporaryFolder folder = new();
        using BackflowProcess process = Serve(folder, onTerminal: true, display: ":0");
        string opened = Path.Combine(folder.Path, "opened");
        using CancellationTokenSource patience = new(Patience);
        while (!File.Exists(opened))
        {
            await Task.Delay(20, patience.Token);
        }

        // The list of processes shows what a browser is told to open: a file that its owner alone may read.
        string file = (await File.ReadAllTextAsync(opened, TestContext.Current.CancellationToken)).Trim();
        Assert.Equal(OwnersFolder, File.GetUnixFileMode(Path.GetDirectoryName(file)!));
        string page = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        process.PressControlC();
        Assert.Equal(0, process.WaitForEnd().ExitCode);
        string address = process.OutputSoFar.ReplaceLineEndings("\n").Split("Dashboard: ")[1].Split('\n')[0];
        Assert.Matches("^http://127.0.0.1:[0-9]+/\\?token=[0-9a-f]{32}$", address);
        Assert.Contains($"url={address}\"", page, StringComparison.Ordinal);
        Assert.False(File.Exists(file), $"{file} is left.");
    }

    [Theory]
    [InlineData(true, "")]
    [InlineData(false, ":0")]
    public void Dashboard_NoDesktopOrNoTerminal_OpensNothing(bool onTerminal, string display)
    {
        using TemporaryFolder folder = new();
        using BackflowProcess process = Serve(folder, onTerminal, display);
        if (onTerminal)
        {
            process.PressControlC();
        }
        else
        {
            process.Interrupt();
        }

        Assert.Equal(0, process.WaitForEnd().ExitCode);
        Assert.False(File.Exists(Path.Combine(folder.Path, "opened")));
    }

    /// <summary>Serves a store where 'xdg-open' writes down what it is asked to open.</summary>
    private static BackflowProcess Serve(TemporaryFolder folder, bool onTerminal, string display)
    {
        Assert.Equal(0, BackflowProcess.Run(folder.Path, Training).ExitCode);
        string browser = Path.Combine(folder.Path, "xdg-open");
        File.WriteAllText(
            browser,
            "#!/bin/sh\nfolder=$(dirname \"$0\")\n"
            + "echo \"$1\" > \"$folder/part\" && mv \"$folder/part\" \"$folder/opened\"\n");
        File.SetUnixFileMode(browser, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Dictionary<string, string> environment = new()
        {
            ["PATH"] = $"{folder.Path}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}",
            ["DISPLAY"] = display,
            ["WAYLAND_DISPLAY"] = string.Empty,
        };
        string[] command = ["dashboard", "--port", "0"];
        BackflowProcess process = onTerminal
            ? BackflowProcess.StartOnTerminal(folder.Path, environment, command)
            : BackflowProcess.Start(folder.Path, environment, command);
        process.WaitForOutput("Ctrl+C ends it.");
        return process;
    }
}
