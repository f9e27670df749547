using System.CommandLine;
using System.Diagnostics;
using System.Text;
using Xunit;

namespace Backflow.Cli.Tests.Commands;

/// <summary>Commands where nothing can be written, and where the folder is gone: a sentence, no stack trace.</summary>
[Collection(CommandsInProcess.Name)]
public sealed class OddSurroundingsTests
{
    private const string Lost = "error: The output ";
    private const string Gone = "error: The folder that this command was started in is gone";

    private static readonly string[] Small =
        ["--hidden", "4", "--embedding", "4", "--seq-len", "8", "--batch", "2", "--steps", "2", "--threads", "1"];

    // What each command is given to write something soon.
    private static readonly Dictionary<string, string[]> Soon = new(StringComparer.Ordinal)
    {
        ["train"] = Small,
        ["compare"] = Small,
        ["resume"] = ["lstm-0001", "--steps", "3"],
        ["generate"] = ["lstm-0001", "--length", "5"],
        ["runs"] = [],
        ["runs list"] = [],
        ["runs show"] = ["lstm-0001"],
        ["runs delete"] = ["lstm-0001", "--yes"],
        ["runs pause"] = ["lstm-0001"],
        ["runs continue"] = ["lstm-0001"],
        ["runs stop"] = ["lstm-0001"],
        ["runs change"] = ["lstm-0001", "--learning-rate", "0.1"],
        ["runs tag"] = ["lstm-0001", "good"],
        ["runs note"] = ["lstm-0001", "seen"],
        ["dynamics"] = ["lstm-0001"],
        ["sweep"] = [.. Small[..^2], "--seeds", "2", "--name", "lags"],
        ["sweep status"] = [],
        ["sweep cancel"] = ["lags"],
        ["sweep resume"] = ["lags"],
        ["sweep report"] = ["lags"],
        ["experiment"] = [],
        ["experiment list"] = [],
        ["experiment spectral"] = ["--quick"],
        ["analyse"] = [Path.Combine(RepositoryRoot.Path, "python", "tests", "golden", "lstm-float64.safetensors")],
        ["watch"] = ["--help"],
        ["import"] = [ImportExportTests.Golden],
        ["export"] = ["lstm-0001", "--onnx", "model.onnx"],
        ["dashboard"] = ["--help"],
        ["learn"] = ["--help"],
        ["diagnose"] = ["lstm-0001", "--budget", "0"],
        ["gradcheck"] = ["--help"],
        ["onnxcheck"] = [Path.Combine(RepositoryRoot.Path, "tests", "Backflow.Exchange.Tests", "Onnx", "NodeTests")],
        ["bench"] = ["--list"],
        ["completion bash"] = [],
        ["completion zsh"] = [],
        ["completion fish"] = [],
    };

    // Of a run that is not trained they have nothing to say but that.
    private static readonly string[] Asking = ["runs pause", "runs continue", "runs stop", "runs change"];

    private static readonly string[] WithoutAFolder =
    [
        "experiment", "experiment list", "analyse", "watch", "dashboard", "learn", "gradcheck", "onnxcheck",
        "bench", "completion bash", "completion zsh", "completion fish",
    ];

    public static TheoryData<string> Commands =>
    [
        .. Leaves(Program.CreateRoot(), string.Empty).Where(static path =>
            path is "experiment list" or "experiment spectral"
            || !path.StartsWith("experiment ", StringComparison.Ordinal)),
    ];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Command_OutputThatIsFull_IsDoneAndSaysSo(string path)
    {
        using TemporaryFolder folder = Trained();
        if (path.StartsWith("sweep ", StringComparison.Ordinal))
        {
            Assert.Equal(0, CommandInProcess.Run(folder.Path, Words("sweep")).ExitCode);
        }

        ProcessResult result = CommandInProcess.RunInto("/dev/full", folder.Path, Words(path));
        Assert.True(result.ExitCode == 1, $"{result.ExitCode} {result.Error}");
        Assert.Contains(
            Asking.Contains(path) ? "is not being trained now" : Lost, result.Error, StringComparison.Ordinal);
        AssertShort(result);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Command_FolderThatIsGone_SaysSoWhereItNeedsOne(string path)
    {
        using TemporaryFolder folder = new();
        ProcessResult result = CommandInProcess.RunWithoutFolder(folder.Path, Words(path));
        bool needs = !WithoutAFolder.Contains(path);
        Assert.True(result.ExitCode == (needs ? 1 : 0), $"{result.ExitCode} {result.Error}");
        Assert.Equal(needs, result.Error.Contains(Gone, StringComparison.Ordinal));
        AssertShort(result);
    }

    [Theory]
    [InlineData("\"$@\" 2>&-", 0)]
    [InlineData("\"$@\" >/dev/full 2>/dev/full", 1)]
    [InlineData("\"$@\" >&-", 1)]
    [InlineData("\"$@\" >&- 2>&- <&-", null)]
    [InlineData("unset HOME; \"$@\"", 0)]
    [InlineData("HOME=/dev/null/x TMPDIR=/dev/null/x \"$@\"", 0)]
    [InlineData("\"$@\" | true", 0)]
    [InlineData("mkdir gone; cd gone; rmdir ../gone; \"$@\" --store \"$OLDPWD/runs/backflow.db\"", 0)]
    public void Train_OddSurroundings_TrainsAndLeavesAWholeStore(string line, int? code)
    {
        using TemporaryFolder folder = new();
        ProcessResult result = Shell(folder.Path, line, ["train", .. Small]);
        // Where all are closed, the runtime may have opened something of its own in the place of the output.
        Assert.True(result.ExitCode == code || (code is null && result.ExitCode is 0 or 1),
            $"{result.ExitCode} {result.Error}");
        AssertShort(result);
        Assert.Contains("completed", CommandInProcess.Run(folder.Path, "runs").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"$@\" 2>&-")]
    [InlineData("\"$@\" 2>/dev/full")]
    public void Train_MistakeThatCannotBeWritten_KeepsItsCode(string line)
    {
        using TemporaryFolder folder = new();
        ProcessResult result = Shell(folder.Path, line, ["train", "--hidden", "0"]);
        Assert.Equal((2, string.Empty), (result.ExitCode, result.Error));
    }

    private static void AssertShort(ProcessResult result)
    {
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("xception", result.Error, StringComparison.Ordinal);
    }

    private static string[] Words(string path) => [.. path.Split(' '), .. Soon[path]];

    private static TemporaryFolder Trained()
    {
        TemporaryFolder folder = new();
        ProcessResult result = CommandInProcess.Run(folder.Path, ["train", .. Small]);
        Assert.True(result.ExitCode == 0, result.Error);
        return folder;
    }

    private static ProcessResult Shell(string folder, string line, string[] command)
    {
        using Process shell = Process.Start(new ProcessStartInfo(
            "/bin/sh", ["-c", line, "sh", "dotnet", Path.Combine(AppContext.BaseDirectory, "backflow.dll"), .. command])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        })!;
        shell.StandardInput.Close();
        Task<string> error = shell.StandardError.ReadToEndAsync();
        string output = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        return new ProcessResult(shell.ExitCode, output, error.GetAwaiter().GetResult());
    }

    private static IEnumerable<string> Leaves(Command command, string path) => command.Subcommands.SelectMany(child =>
    {
        string own = $"{path} {child.Name}".Trim();
        return child.Action is null ? Leaves(child, own) : [own, .. Leaves(child, own)];
    });
}
