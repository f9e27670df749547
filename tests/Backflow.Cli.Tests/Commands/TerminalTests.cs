using Xunit;

namespace Backflow.Cli.Tests.Commands;

/// <summary>Commands on a terminal of 80 columns, where bars and tables are drawn that no pipe sees.</summary>
public sealed class TerminalTests
{
    private const string Begins = "╭│├╰";
    private const string Ends = "╮│┤╯";

    private static readonly string[] Task =
    [
        "--task", "agreement", "--steps", "10", "--hidden", "8", "--batch", "4", "--threads", "1",
        "--name", "a-name-of-words",
    ];

    private static readonly Dictionary<string, string> NoEnvironment = [];

    [Fact]
    public void RunsAndTheirDiagnosis_OnATerminal_FitIt()
    {
        using TemporaryFolder folder = new();
        Assert.Contains("Done: 10 of 10 steps", Show(folder, ["train", .. Task]), StringComparison.Ordinal);
        Assert.Matches("lstm-0001 .*completed .*agreement .*\\n(.*\\n)*No room for: .*name; ", Show(folder, "runs"));
        Assert.Matches("hiddenSize\\s+8,[^\"]*optimizer\\s+adam,", Show(folder, "runs", "show", "lstm-0001"));
        string diagnosis = Show(folder, "diagnose", "lstm-0001", "--budget", "10m");
        Assert.Matches(@"Gradient\s+reach\s+(≥\s+)?[0-9]", diagnosis);
        Assert.Matches("│ as it is +│ +[0-9]+ │", diagnosis);
    }

    [Fact]
    public void Compare_OnATerminal_ShowsCellsBesideEachOtherWhileThereIsRoom()
    {
        using TemporaryFolder folder = new();
        string shown = Show(folder, ["compare", "--cells", "rnn-sigmoid,rnn-relu,gru,gru-reset-before", .. Task]);
        Assert.Matches("│ run +│ rnn-sigmoid-0001 │ rnn-relu-0001 │ +gru-0001 │", shown);
        Assert.Matches("│ run +│ gru-reset-before-0001 │", shown);
    }

    [Fact]
    public void Compare_OnATerminal_WritesVerdictsAboveItsTableAndLosesNoneOfTheirWords()
    {
        using TemporaryFolder folder = new();
        string shown = Show(
            folder, "compare", "--task", "agreement", "--steps", "60", "--log-interval", "10", "--threads", "1",
            "--init", "spectral-norm", "--gain", "0.5");
        string[] lines = shown.Split('\n');
        Assert.StartsWith("Run rnn-0001: rnn · 1 layer of ", lines[0], StringComparison.Ordinal);
        Assert.EndsWith(" · 1 thread", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("Run lstm-0001: lstm · 1 layer of ", lines[2], StringComparison.Ordinal);
        Assert.EndsWith(" · 1 thread", lines[3], StringComparison.Ordinal);
        int table = Array.FindIndex(lines, static line => line.StartsWith('╭'));
        Assert.DoesNotContain(lines[..table], static line => line.IndexOfAny([.. "╭│├╰─┼┤╮╯"]) >= 0);
        Assert.Single(lines, static line => line.StartsWith('╭'));

        // The terminal breaks a command wherever a line is full.
        string said = string.Concat(lines[..table]).Replace(" ", string.Empty, StringComparison.Ordinal);
        Assert.Contains("ofagradientcancome19timestepsback,whateverthedata.", said, StringComparison.Ordinal);
        Assert.Contains(":backflowtrain--taskagreement--cellrnn--steps60--init", said, StringComparison.Ordinal);
        Assert.Contains(
            "\n  try:  backflow train --task agreement --cell rnn ",
            Show(folder, "runs", "show", "rnn-0001"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Train_OnATerminalThatCannotGoBack_WritesLines()
    {
        using TemporaryFolder folder = new();
        Dictionary<string, string> environment = new() { ["TERM"] = "dumb" };
        using BackflowProcess process = BackflowProcess.StartOnTerminal(folder.Path, environment, ["train", .. Task]);
        string output = process.WaitForEnd().Output;
        Assert.DoesNotContain("\u001b[", output, StringComparison.Ordinal);
        Assert.DoesNotContain("│", output, StringComparison.Ordinal);
        Assert.Contains("Done: 10 of 10 steps", output, StringComparison.Ordinal);
    }

    [Fact]
    public void TextOfAModel_WithOrdersToTheTerminal_IsSignsThereAndRawInAPipe()
    {
        using TemporaryFolder folder = new();
        string line = string.Concat(Enumerable.Repeat("\u001b[31mERR\u001b[0m \a\u009bfail\u202e\n", 60));
        File.WriteAllText(Path.Combine(folder.Path, "log.txt"), line);
        string trained = Raw(
            folder,
            "train", "--text", "log.txt", "--hidden", "8", "--seq-len", "8", "--batch", "1", "--steps", "10",
            "--sample-interval", "10", "--threads", "1");
        string[] generate = ["generate", "lstm-0001", "--prompt", "\u001b[31m", "--temperature", "3"];
        string generated = Raw(folder, generate);
        Assert.Contains("␛[31m", generated, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b[31m", generated, StringComparison.Ordinal);

        // Spectre and the runtime draw with other orders than these.
        Assert.All([trained, generated, Raw(folder, "runs", "show", "lstm-0001")], static shown =>
        {
            Assert.Contains('␇', shown);
            Assert.Contains("\\u009b", shown, StringComparison.Ordinal);
            Assert.Contains("\\u202e", shown, StringComparison.Ordinal);
            Assert.DoesNotContain(shown, static c => c is '\a' or '\u009b' or '\u202e');
        });

        string piped = BackflowProcess.Run(folder.Path, generate).Output;
        Assert.StartsWith("\u001b[31m", piped, StringComparison.Ordinal);
        Assert.Contains('\a', piped);
        Assert.Contains('\u009b', piped);
        Assert.Contains('\u202e', piped);
    }

    [Fact]
    public void Mistake_WithOrdersToTheTerminal_IsSigns()
    {
        using TemporaryFolder folder = new();
        using BackflowProcess process = BackflowProcess.StartOnTerminal(
            folder.Path, NoEnvironment, "train", "--steps", "\u001b]0;title\a");
        string shown = process.WaitForEnd().Output;
        Assert.Contains("␛]0;title␇", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b]0;", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void MeasuringCommands_OnATerminal_FitIt()
    {
        using TemporaryFolder folder = new();
        Assert.Contains("36 of 36 checks passed", Show(folder, "gradcheck"), StringComparison.Ordinal);
        Assert.Matches(
            "│ lstm,128,128,64,1 │ +[0-9.]+ │",
            Show(folder, "bench", "--repeats", "1", "--filter", "lstm,128,128,64,1"));
        Assert.Matches("│ gradient-norm +│ How much", Show(folder, "experiment"));
        Assert.Matches("│ sigmoid +│ 0.25 │", Show(folder, "experiment", "activation", "--quick"));
    }

    private static string Raw(TemporaryFolder folder, params string[] command)
    {
        using BackflowProcess process = BackflowProcess.StartOnTerminal(folder.Path, NoEnvironment, command);
        ProcessResult result = process.WaitForEnd();
        Assert.True(result.ExitCode == 0, result.Output);
        return result.Output;
    }

    /// <summary>What stands on the terminal at the end.</summary>
    private static string Show(TemporaryFolder folder, params string[] command)
    {
        using BackflowProcess process = BackflowProcess.StartOnTerminal(folder.Path, NoEnvironment, command);
        ProcessResult result = process.WaitForEnd();
        string text = TerminalScreen.Show(result.Output);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', command)}: {text}");
        Assert.All(
            text.Split('\n')
                .Where(static line => line.Length > 0 && Begins.Contains(line[0], StringComparison.Ordinal)),
            static line => Assert.Contains(line[^1], Ends));
        return text;
    }
}
