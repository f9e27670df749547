using System.CommandLine;
using Backflow.Cli.Options;
using Backflow.Runs.Manifest;
using Xunit;

namespace Backflow.Cli.Tests.Options;

/// <summary>
/// Every option and argument of every command with odd values: each is refused in a sentence that names it, or
/// taken, and then the command ends as it ends without.
/// </summary>
[Collection(CommandsInProcess.Name)]
public sealed class OddValueTests
{
    private const int MostLines = 12;

    // The others with BACKFLOW_ALL_ODD_VALUES=1, which takes some minutes.
    private static readonly string[] OddValues =
    [
        string.Empty, "-0", "NaN", "a\u202e\nb",
        .. (ReadOnlySpan<string>)(Environment.GetEnvironmentVariable("BACKFLOW_ALL_ODD_VALUES") == "1"
            ? [" ", "99999999999999999999999999", "@nowhere", "/dev/null/x"] : []),
    ];

    private static readonly string[] Small =
    [
        "--hidden-size", "4", "--embedding-size", "4", "--sequence-length", "8", "--batch-size", "2", "--steps", "1",
        "--threads", "1",
    ];

    // What lets a command end soon, where a value is taken. It is left out where it is the option that is asked about.
    private static readonly Dictionary<string, string[]> Soon = new(StringComparer.Ordinal)
    {
        ["train"] = ["--print-config"],
        ["compare"] = ["--print-config"],
        ["diagnose"] = ["--print-config"],
        ["resume"] = ["--steps", "1", "--store", "none.db"],
        ["generate"] = ["--length", "5", "--store", "store.db"],
        ["runs"] = ["--store", "store.db"],
        ["dashboard"] = ["--store", "."],
        ["learn"] = ["--store", "."],
        ["dynamics"] = ["--store", "none.db"],
        ["analyse"] = [],
        ["watch"] = ["--once", "--store", "store.db"],
        ["import"] = ["--store", "store.db"],
        ["export"] = ["--onnx", "m.onnx", "--safetensors", "m.safetensors", "--store", "store.db"],
        ["sweep"] = ["--grid", "cell=rnn,lstm", "--dry-run", "--store", "store.db"],
        ["experiment"] = ["--quick", "--full", "--store", "."],
        ["gradcheck"] = ["--fixtures", "nowhere"],
        ["onnxcheck"] = [],
        ["bench"] = ["--list"],
        ["completion"] = [],
    };

    // Experiments share their options: two that differ stand for all.
    public static TheoryData<string> Commands =>
    [
        .. Paths(Program.CreateRoot(), []).Where(static path =>
            !path.StartsWith("experiment ", StringComparison.Ordinal)
            || path is "experiment list" or "experiment adding" or "experiment exercises"),
    ];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Command_OddValues_AreRefusedByNameOrTaken(string path)
    {
        using TemporaryFolder folder = new();
        ProcessResult trained = CommandInProcess.Run(folder.Path, ["train", .. Small, "--store", "store.db"]);
        Assert.True(trained.ExitCode == 0, trained.Error);
        Command command = Find(path);
        List<string> faults = [];
        foreach (Option option in command.Options.Where(static option => option.Name is not "--help"))
        {
            string[] rest = [.. path.Split(' '), .. Arguments(command), .. Without(option, SoonFor(path, option))];
            ProcessResult without = CommandInProcess.Run(
                folder.Path, IsFlag(option) ? [.. rest, option.Name] : rest);
            foreach (string[] words in Words(option))
            {
                ProcessResult result = CommandInProcess.Run(folder.Path, [.. rest, .. words]);
                faults.AddRange(Faults(result, without, words[0], words[^1])
                    .Select(fault => $"{path} {string.Join(' ', words)}: {fault}"));
            }
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    // A message is short, and says which option or which value is meant.
    private static IEnumerable<string> Faults(ProcessResult result, ProcessResult without, string option, string value)
    {
        string[] lines = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (result.ExitCode is not (0 or 1 or 2))
        {
            yield return $"exit code {result.ExitCode}";
        }

        if (lines.Length > MostLines || result.Error.Contains("   at ", StringComparison.Ordinal)
            || result.Error.Contains("xception", StringComparison.Ordinal))
        {
            yield return result.Error;
        }

        bool isNamed = lines.Any(line => !line.StartsWith("  ", StringComparison.Ordinal)
            && NamesOf(option, value).Any(name => line.Contains(name, StringComparison.Ordinal)));
        if (!isNamed && (result.ExitCode != without.ExitCode || FirstLine(result) != FirstLine(without)))
        {
            yield return $"{result.ExitCode} {result.Error}";
        }
    }

    private static IEnumerable<string> NamesOf(string option, string value) =>
        new[] { option.Split('=')[0], value, VisibleText.Of(value), value.Split('\n')[0], Path.GetDirectoryName(value) }
            .OfType<string>()
            .Where(static name => name.Trim().Length > 1);

    // Texts are read when they are used.
    private static string[] SoonFor(string path, Option option) => path switch
    {
        "train" or "compare" when IsTextOrPrint(option) => Small,
        _ when path.StartsWith("sweep ", StringComparison.Ordinal) => ["--store", "store.db"],
        "diagnose" when IsTextOrPrint(option) => [.. Small, "--budget", "0"],

        // A store that is not there yet is waited for.
        "dashboard" or "learn" when option.Name == "--store" => ["--host", "256.0.0.1"],

        // Any folder is taken, and a site is written for seconds: here its name is only parsed.
        "learn" when option.Name == "--export" => ["--help"],
        _ => Soon[path.Split(' ')[0]],
    };

    private static bool IsTextOrPrint(Option option) => option.Name == "--print-config"
        || option.ValueType == typeof(string)
        || (option is RowOption row && row.Row.Values.Type == typeof(string));

    private static string? FirstLine(ProcessResult result) =>
        result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();

    private static IEnumerable<string[]> Words(Option option) => IsFlag(option)
        ? [[option.Name, option.Name], .. OddValues.Select(value => (string[])[$"{option.Name}={value}"])]
        :
        [
            [option.Name],
            [option.Name, "5", option.Name, "9"],
            .. OddValues.Select(value => (string[])[option.Name, value]),
        ];

    private static bool IsFlag(Option option) =>
        option.ValueType == typeof(bool) || option.Arity.MaximumNumberOfValues == 0;

    private static IEnumerable<string> Arguments(Command command) =>
        command.Arguments.Where(static argument => argument.Arity.MinimumNumberOfValues > 0).Select(static _ => "none");

    private static IEnumerable<string> Without(Option option, string[] words)
    {
        int at = Array.IndexOf(words, option.Name);
        return at < 0 ? words
            : words[..at].Concat(words[(at + (option.ValueType == typeof(bool) ? 1 : 2))..]);
    }

    private static Command Find(string path) => path.Split(' ').Aggregate(
        (Command)Program.CreateRoot(), static (command, name) => command.Subcommands.Single(one => one.Name == name));

    private static IEnumerable<string> Paths(Command command, string[] path) => command.Subcommands.SelectMany(child =>
        (string[])[string.Join(' ', [.. path, child.Name]), .. Paths(child, [.. path, child.Name])]);
}
