using System.Diagnostics;
using System.Globalization;

namespace Backflow.Runs.Tests.Children;

/// <summary>Starts this program again as the other process of a test.</summary>
internal sealed class ChildProcess : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    private readonly Process _process;

    private ChildProcess(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.UseShellExecute = false;
        _process = Process.Start(start)!;
        RunId = ReadWord("run");
    }

    /// <summary>The run that the child made.</summary>
    public string RunId { get; }

    public int Id => _process.Id;

    private static string Executable => Path.Combine(
        AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "Backflow.Runs.Tests.exe" : "Backflow.Runs.Tests");

    public static ChildProcess Start(string job, string path) =>
        new(new ProcessStartInfo(Executable, ["child", job, path]));

    /// <summary>Starts a child that can make no file longer than a limit: the full disk that needs no root.</summary>
    public static ChildProcess StartOnSmallDisk(string job, string path, int longestFileInKiB)
    {
        // Ignored, so that the write fails instead of ending the process. The runtime maps its code through a file of
        // gigabytes unless told not to.
        string script = string.Create(
            CultureInfo.InvariantCulture, $"trap '' XFSZ; ulimit -f {longestFileInKiB}; exec \"$0\" \"$@\"");
        ProcessStartInfo start = new("bash", ["-c", script, Executable, "child", job, path]);
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        return new ChildProcess(start);
    }

    /// <summary>Waits for a line that begins with a word and ends with a number of at least so much.</summary>
    public long WaitFor(string word, long atLeast)
    {
        long number;
        do
        {
            number = long.Parse(ReadWord(word), CultureInfo.InvariantCulture);
        }
        while (number < atLeast);

        return number;
    }

    /// <summary>Kills the child as kill -9 does, and returns the last number it said after the word.</summary>
    public long Kill(string word)
    {
        _process.Kill();
        long number = 0;
        while (_process.StandardOutput.ReadLine() is string line)
        {
            // The last line may be torn.
            string[] words = line.Split(' ');
            number = words.Length == 2 && words[0] == word
                ? long.Parse(words[1], CultureInfo.InvariantCulture)
                : number;
        }

        _process.WaitForExit();
        return number;
    }

    /// <summary>Waits for the end of a child that fails, and returns what it said about that.</summary>
    public (int ExitCode, string Failure) WaitForFailure()
    {
        string failure = "";
        while (_process.StandardOutput.ReadLine() is string line)
        {
            failure = line.StartsWith("failed ", StringComparison.Ordinal) ? line["failed ".Length..] : failure;
        }

        Assert.True(_process.WaitForExit(LongestWait), "The child did not end.");
        return (_process.ExitCode, failure);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private string ReadWord(string word)
    {
        string? line = _process.StandardOutput.ReadLine();
        Assert.True(line is not null, $"The child ended before it said '{word}'.");
        Assert.StartsWith(word + " ", line, StringComparison.Ordinal);
        return line[(word.Length + 1)..];
    }
}
