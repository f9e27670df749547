using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace Backflow.Cli.Tests.Commands;

/// <summary>Every command that is printed, given to a shell as it stands: it reads the words that were meant.</summary>
public sealed partial class PrintedCommandTests
{
    private const string Folder = "a b;c & 'd'";
    private const string Name = "--store; $(touch owned) `x` 'q' \"r\" & #";

    // As a user types it: the value begins like an option, so the sign between them is needed.
    private static readonly string[] Task =
    [
        "--task", "adding", "--length", "30", "--cell", "rnn-sigmoid", "--hidden", "16", "--threads", "1",
        $"--name={Name}",
    ];

    [Fact]
    public void CommandsOfARun_WithNastyNames_AreReadByAShellAsTheyWereMeant()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(Path.Combine(folder.Path, Folder));
        string store = $"{Folder}/-s;t'.db";
        ProcessResult trained = BackflowProcess.Run(folder.Path, ["train", .. Task, "--steps", "60", "--store", store]);
        Assert.True(trained.ExitCode == 0, trained.Error);
        string[] outputs =
        [
            trained.Output + trained.Error,
            Text(folder, "runs", "--store", store),
            Text(folder, "runs", "show", "rnn-sigmoid-0001", "--store", store),
            Text(folder, "runs", "show", "rnn-sigmoid-0009", "--store", store),
            Text(folder, "resume", "rnn-sigmoid-0001", "--store", store),
            Text(folder, "generate", "rnn-sigmoid-0001", "--store", store),
            Text(folder, "diagnose", "rnn-sigmoid-0001", "--budget", "1s", "--store", store),
            Text(folder, ["train", .. Task, "--steps", "0", "--store", store]),
            Text(folder, ["train", .. Task, "--steps:x", $"--store={store}"]),
            Text(folder, ["train", .. Task, "--no-such", "--store", store]),
        ];
        string[] commands = [.. outputs.SelectMany(Commands).Distinct()];
        Assert.True(commands.Length >= 8, string.Join('\n', outputs));
        Assert.Contains(commands, static command => command.StartsWith("backflow resume ", StringComparison.Ordinal)
            || command.StartsWith("backflow diagnose ", StringComparison.Ordinal));
        foreach (string command in commands)
        {
            string[] words = Read(folder.Path, command);
            int named = Array.FindIndex(words, static word => word.StartsWith("--name", StringComparison.Ordinal));
            Assert.True(named < 0 || words[named] == $"--name={Name}", command);
            Assert.True(
                Array.IndexOf(words, store) > 0 || words.Contains($"--store={store}") || words.Contains("--help"),
                $"{command} names another store.");
        }

        Assert.False(File.Exists(Path.Combine(folder.Path, "owned")));

        // The recorded command is a run again, of the same name, in a store of its own.
        string recorded = commands.Single(static command =>
            command.StartsWith("backflow train ", StringComparison.Ordinal)
            && command.Contains("--threads", StringComparison.Ordinal)
            && command.Contains("--steps 60", StringComparison.Ordinal));
        Directory.Delete(Path.Combine(folder.Path, Folder), recursive: true);
        Directory.CreateDirectory(Path.Combine(folder.Path, Folder));
        ProcessResult again = BackflowProcess.Run(folder.Path, Read(folder.Path, recorded));
        Assert.True(again.ExitCode == 0, again.Error);
        Assert.Contains(
            Name, BackflowProcess.Run(folder.Path, "runs", "--store", store).Output, StringComparison.Ordinal);
    }

    private static string Text(TemporaryFolder folder, params string[] command)
    {
        ProcessResult result = BackflowProcess.Run(folder.Path, command);
        return $"{result.Output}\n{result.Error}";
    }

    // A command stands at the end of a line: alone behind two blanks, a colon, or the label of a column.
    private static IEnumerable<string> Commands(string output) =>
        CommandAtTheEnd().Matches(output).Select(static match => match.Groups["command"].Value.TrimEnd())
            .Where(static command => !command.Contains("--steps:x", StringComparison.Ordinal)
                && !command.Contains("--no-such", StringComparison.Ordinal)
                && !command.Contains("--steps 0", StringComparison.Ordinal));

    // What a shell makes of it: the program is a function that prints its words.
    private static string[] Read(string folder, string command)
    {
        using Process shell = Process.Start(new ProcessStartInfo("/bin/sh", "-s")
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
        })!;
        shell.StandardInput.Write($"backflow() {{ printf '%s\\036' \"$@\"; }}\n{command}\n");
        shell.StandardInput.Close();
        string printed = shell.StandardOutput.ReadToEnd();
        string error = shell.StandardError.ReadToEnd();
        shell.WaitForExit();
        Assert.True(shell.ExitCode == 0 && error.Length == 0, $"{command}\n{error}");
        return printed.Split('\u001e')[..^1];
    }

    [GeneratedRegex("(?:^|  |: )(?<command>backflow (?:train|resume|runs|diagnose|generate|dashboard) .*)$",
        RegexOptions.Multiline)]
    private static partial Regex CommandAtTheEnd();
}
