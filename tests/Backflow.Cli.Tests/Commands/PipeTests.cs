using System.Diagnostics;
using System.Globalization;
using System.Text;
using Xunit;

namespace Backflow.Cli.Tests.Commands;

/// <summary>Pipes in the place of files: one with a writer is read, one without is named and not waited for.</summary>
public sealed class PipeTests
{
    private static readonly string[] Small =
        ["--hidden", "4", "--embedding", "4", "--seq-len", "8", "--batch", "2", "--steps", "2", "--threads", "1"];

    // Only what hangs is ever waited for so long.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static TheoryData<string[], string> Readers => new()
    {
        { ["train", "--config", "pipe"], "pipe cannot be read: it is a pipe that no program writes to." },
        { ["train", "--webhook-file", "pipe", .. Small], "it is a pipe that no program writes to." },
        { ["gradcheck", "--fixtures", "."], "it is empty, or no file but a pipe or a device" },
        { ["runs", "--store", "pipe"], "pipe is a pipe and no run store." },
        { ["train", "--store", "pipe", .. Small], "pipe is a pipe and no run store." },
    };

    [Theory]
    [MemberData(nameof(Readers))]
    public void Pipe_WithoutAWriter_IsNamedAndNotWaitedFor(string[] command, string message) =>
        AssertNamed(command, message);

    [Fact]
    public void Text_PipeWithoutAWriter_IsNamedAndNotWaitedFor() => AssertNamed(
        ["train", "--text", "pipe", .. Small], "pipe' cannot be read: it is a pipe that no program writes to.");

    [Fact]
    public void Text_PipeWhoseWriterComes_IsTrainedOn()
    {
        using TemporaryFolder folder = new();
        folder.Write("book.txt", Text());
        MakePipe(folder, "pipe");
        using BackflowProcess training = BackflowProcess.Start(folder.Path, ["train", "--text", "pipe", .. Small]);
        using Process writer = Process.Start("cp", [Path.Combine(folder.Path, "book.txt"), Pipe(folder)]);
        ProcessResult result = training.WaitForEnd();
        Assert.True(result.ExitCode == 0, result.Error);
    }

    [Theory]
    [InlineData("train")]
    [InlineData("compare")]
    [InlineData("diagnose")]
    [InlineData("resume", "book", "--steps", "4")]
    public void Text_PipeWhoseWriterIsSilent_EndsWithCtrlC(params string[] command)
    {
        using TemporaryFolder folder = new();
        MakePipe(folder, "pipe");
        if (command[0] == "resume")
        {
            folder.Write("book.txt", Text());
            ProcessResult first =
                BackflowProcess.Run(folder.Path, ["train", "--text", "book.txt", "--name", "book", .. Small]);
            Assert.True(first.ExitCode == 0, first.Error);
        }

        // The pipe opens for the writer when it has opened for the reader.
        string opened = Path.Combine(folder.Path, "opened");
        using Process writer = Process.Start(
            "bash", ["-c", $"exec 3> '{Pipe(folder)}'; touch '{opened}'; exec sleep 900"]);
        using BackflowProcess waiting = BackflowProcess.Start(folder.Path, [.. command, "--text", "pipe"]);
        Assert.True(SpinWait.SpinUntil(() => File.Exists(opened), Patience), "The pipe was not opened.");
        waiting.Interrupt();
        ProcessResult ended = waiting.WaitForEnd();
        writer.Kill();
        Assert.Equal(130, ended.ExitCode);
        Assert.Empty(ended.Error);
    }

    [Theory]
    [InlineData("train", 1)]
    [InlineData("compare", 2)]
    public void Text_SubstitutedProcess_IsReadOnceAndSaidOnce(string command, int runs)
    {
        using TemporaryFolder folder = new();
        folder.Write("book.txt", Text());
        string program = Path.Combine(AppContext.BaseDirectory, "backflow.dll");
        ProcessResult result = Bash(
            folder.Path, $"dotnet '{program}' {command} --text <(cat book.txt) {string.Join(' ', Small)}");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal(2, result.Output.Split("note: The text came through a pipe").Length);
        Assert.Equal(runs, BackflowProcess.Run(folder.Path, "runs", "--json").Json().Count);
    }

    private static void AssertNamed(string[] command, string message)
    {
        using TemporaryFolder folder = new();
        MakePipe(folder, command[0] == "gradcheck" ? "pipe.safetensors" : "pipe");
        ProcessResult result = BackflowProcess.Run(folder.Path, command);
        Assert.InRange(result.ExitCode, 1, 2);
        Assert.Contains(message, result.Error + result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    private static string Text() =>
        string.Concat(Enumerable.Range(0, 400).Select(static i => i.ToString(CultureInfo.InvariantCulture) + " "));

    private static string Pipe(TemporaryFolder folder) => Path.Combine(folder.Path, "pipe");

    private static void MakePipe(TemporaryFolder folder, string name)
    {
        using Process made = Process.Start("mkfifo", [Path.Combine(folder.Path, name)]);
        made.WaitForExit();
        Assert.Equal(0, made.ExitCode);
    }

    private static ProcessResult Bash(string folder, string line)
    {
        using Process shell = Process.Start(new ProcessStartInfo("bash", ["-c", line])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        })!;
        Task<string> error = shell.StandardError.ReadToEndAsync();
        string output = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        return new ProcessResult(shell.ExitCode, output, error.GetAwaiter().GetResult());
    }
}
