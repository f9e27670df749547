using System.Net;
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
            string[] words = ShellWords.Read(folder.Path, command);
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
        ProcessResult again = BackflowProcess.Run(folder.Path, ShellWords.Read(folder.Path, recorded));
        Assert.True(again.ExitCode == 0, again.Error);
        Assert.Contains(
            Name, BackflowProcess.Run(folder.Path, "runs", "--store", store).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("resume", "--steps", "4")]
    [InlineData("diagnose", "--budget", "0")]
    public void RunWhoseTextHasMovedOrChanged_TheCommandNamesItsPlaceAndRuns(params string[] words)
    {
        using TemporaryFolder folder = new();
        string place = Path.Combine(folder.Path, Folder);
        Directory.CreateDirectory(place);
        string store = $"{Folder}/-s;t'.db";
        string text = Path.Combine(place, "my; 'text' & $x.txt");
        File.WriteAllText(text, string.Concat(Enumerable.Repeat("To be, or not to be. ", 60)));
        ProcessResult trained = BackflowProcess.Run(
            folder.Path,
            ["train", "--text", text, "--hidden", "4", "--embedding", "4", "--seq-len", "8", "--batch", "2", "--steps",
                "2", "--threads", "1", "--store", store]);
        Assert.True(trained.ExitCode == 0, trained.Error);
        string[] command = [words[0], "lstm-0001", .. words[1..], "--store", store];
        Directory.CreateDirectory(Path.Combine(folder.Path, "moved"));
        File.Move(text, Path.Combine(folder.Path, "moved", Path.GetFileName(text)));

        ProcessResult gone = BackflowProcess.Run(folder.Path, command);
        File.WriteAllText(text, "Not to be.");
        ProcessResult shorter = BackflowProcess.Run(folder.Path, command);
        File.WriteAllText(text, string.Concat(Enumerable.Repeat("Not to be, or to be. ", 60)));
        ProcessResult other = BackflowProcess.Run(folder.Path, command);

        Assert.Contains("It is the text that run lstm-0001 was trained on.", gone.Error, StringComparison.Ordinal);
        string remedy = Assert.Single(Commands(gone.Error));
        foreach (ProcessResult changed in (ProcessResult[])[shorter, other])
        {
            Assert.Equal(2, changed.ExitCode);
            Assert.Contains(
                "is not the text that run lstm-0001 was trained on.", changed.Error, StringComparison.Ordinal);
            Assert.Equal(remedy, Assert.Single(Commands(changed.Error)));
        }

        ProcessResult done = BackflowProcess.Run(folder.Path, ShellWords.Read(folder.Path, remedy));
        Assert.True(done.ExitCode == 0, done.Error);
    }

    [Fact]
    public void CommandsAtTheEndOfAComparison_Run()
    {
        using TemporaryFolder folder = new();
        string store = $"{Folder}/-s;t'.db";
        ProcessResult compared = BackflowProcess.Run(
            folder.Path,
            ["compare", .. Task[..4], "--cells", "rnn,gru", "--hidden", "4", "--threads", "1", "--steps", "2",
                $"--name={Name}", "--store", store]);
        Assert.True(compared.ExitCode == 0, compared.Error);
        string command = Assert.Single(Commands(compared.Output), static command =>
            command.StartsWith("backflow runs show ", StringComparison.Ordinal));
        ProcessResult shown = BackflowProcess.Run(folder.Path, ShellWords.Read(folder.Path, command));
        Assert.True(shown.ExitCode == 0, shown.Error);
        Assert.Contains($"{Name}/rnn", shown.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void ProgramInAFolderOfOddName_IsQuotedInItsCommands()
    {
        using TemporaryFolder folder = new();
        string program = folder.Write("back flow", "#!/bin/sh\n");
        Dictionary<string, string> environment = new() { ["BACKFLOW_COMMAND"] = program };
        using BackflowProcess process = BackflowProcess.Start(folder.Path, environment, "runs");
        string command = process.WaitForEnd().Error.Split("try: ")[1];
        Assert.StartsWith($"'{program}' train", command, StringComparison.Ordinal);
    }

    [Fact]
    public void CommandsInReports_AreReadByAShellAsTheyWereMeant()
    {
        using TemporaryFolder folder = new();
        string store = $"{Folder}/-s;t'.db";
        Directory.CreateDirectory(Path.Combine(folder.Path, Folder));
        string[] experiment =
            ["experiment", "spectral", "--quick", "--threads", "1", "--output", Folder, "--store", store];
        string[] network = [.. Task[..8], "--steps", "200"];
        string page = $"{Folder}/d.html";
        ProcessResult studied = BackflowProcess.Run(folder.Path, experiment);
        ProcessResult diagnosed = BackflowProcess.Run(
            folder.Path, ["diagnose", .. network, "--budget", "1s", "--html", page, "--store", store]);
        Assert.True(studied.ExitCode == 0 && diagnosed.ExitCode == 0, studied.Error + diagnosed.Error);

        Assert.Equal(experiment, Assert.Single(OfReport($"{Folder}/spectral-0001.html")));
        string[][] remedies = OfReport(page);
        Assert.NotEmpty(remedies);

        // Where time was too short, the page has the diagnosis with more of it as well.
        string[] longer = ["diagnose", .. network, "--html", page, "--store", store, "--budget", "4s"];
        Assert.All(remedies, words =>
            Assert.Equal(words[0] == "diagnose" ? longer : [.. words[..^2], "--store", store], words));

        string[][] OfReport(string file) =>
        [
            .. CommandInAPage().Matches(File.ReadAllText(Path.Combine(folder.Path, file)))
                .Select(match => ShellWords.Read(
                    folder.Path, WebUtility.HtmlDecode(match.Groups["command"].Value))),
        ];
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

    [GeneratedRegex("(?:^|  |: )(?<command>backflow (?:train|resume|runs|diagnose|generate|dashboard) .*)$",
        RegexOptions.Multiline)]
    private static partial Regex CommandAtTheEnd();

    [GeneratedRegex("<(?:pre|dd|code)[^>]*>(?<command>backflow [^<]*)<")]
    private static partial Regex CommandInAPage();
}
