using System.CommandLine;
using Xunit;

namespace Backflow.Cli.Tests.Commands;

/// <summary>Every command that reads a store, with files that are none: a sentence that names the file.</summary>
[Collection(CommandsInProcess.Name)]
public sealed class OddStoreTests
{
    private const int MostLines = 6;
    private const int SchemaEnd = 4096;

    private static readonly string[] Small =
        ["--hidden", "4", "--embedding", "4", "--seq-len", "8", "--batch", "2", "--steps", "2", "--threads", "1"];

    private static readonly Dictionary<string, Action<string, byte[]>> Stores = new(StringComparer.Ordinal)
    {
        ["nothing there"] = static (_, _) => { },
        ["empty"] = static (path, _) => File.WriteAllBytes(path, []),
        ["a folder"] = static (path, _) => Directory.CreateDirectory(path),
        ["random bytes"] = static (path, _) => File.WriteAllBytes(path, Noise(9000)),
        ["a damaged schema"] = static (path, whole) =>
            File.WriteAllBytes(path, [.. whole[..100], .. Noise(SchemaEnd - 100), .. whole[SchemaEnd..]]),
        ["an empty schema"] = static (path, whole) =>
            File.WriteAllBytes(path, [.. whole[..100], .. new byte[SchemaEnd - 100], .. whole[SchemaEnd..]]),
        ["half of a store"] = static (path, whole) => File.WriteAllBytes(path, whole[..(whole.Length / 2)]),
        ["a tenth of a store"] = static (path, whole) => File.WriteAllBytes(path, whole[..(whole.Length / 10)]),
        ["a header alone"] = static (path, whole) => File.WriteAllBytes(path, whole[..100]),
        ["damage behind the schema"] = static (path, whole) =>
            File.WriteAllBytes(path, [.. whole[..8192], .. Noise(whole.Length - 8192)]),
    };

    // What a command of the tree needs beside the store; one that is not here needs nothing.
    private static readonly Dictionary<string, string[]> Arguments = new(StringComparer.Ordinal)
    {
        ["runs show"] = ["lstm-0001"],
        ["runs delete"] = ["lstm-0001", "--yes"],
        ["runs tag"] = ["lstm-0001", "good"],
        ["runs note"] = ["lstm-0001", "Learnt."],
        ["runs pause"] = ["lstm-0001"],
        ["runs continue"] = ["lstm-0001"],
        ["runs stop"] = ["lstm-0001"],
        ["runs change"] = ["lstm-0001", "--learning-rate", "0.001"],
        ["dynamics"] = ["lstm-0001"],
        ["generate"] = ["lstm-0001"],
        ["resume"] = ["lstm-0001", "--steps", "3"],
        ["diagnose"] = ["lstm-0001", "--budget", "0"],
        ["train"] = Small,
        ["compare"] = Small,
        ["sweep"] = [.. Small[..^2], "--seeds", "2"],
        ["sweep cancel"] = ["lags"],
        ["sweep resume"] = ["lags"],
        ["sweep report"] = ["lags"],
        ["watch"] = [Path.Combine(RepositoryRoot.Path, "python", "tests", "golden"), "--once"],
        ["import"] = [ImportExportTests.Golden],
        ["export"] = ["lstm-0001", "--onnx", "model.onnx"],
        ["dashboard"] = ["--port", "0"],
        ["learn"] = ["--port", "0"],
    };

    private static readonly string[] Making = ["train", "compare", "sweep", "experiment", "watch", "import"];

    public static TheoryData<string> Kinds => [.. Stores.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Command_StoreThatIsNone_SaysSoAndNamesIt(string kind)
    {
        using TemporaryFolder folder = new();
        ProcessResult trained = CommandInProcess.Run(folder.Path, ["train", .. Small, "--store", "whole/a.db"]);
        Assert.True(trained.ExitCode == 0, trained.Error);
        byte[] whole = File.ReadAllBytes(Path.Combine(folder.Path, "whole", "a.db"));
        List<string> faults = [];
        foreach (string[] command in Commands())
        {
            if (kind == "nothing there" && command[0] is "dashboard" or "learn")
            {
                // It waits for a store; DashboardCommandTests have that.
                continue;
            }

            string path = Path.Combine(folder.Path, Path.GetRandomFileName(), "odd.db");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            Stores[kind](path, whole);
            ProcessResult result = CommandInProcess.Run(folder.Path, [.. command, "--store", path]);
            bool isSaid = result.ExitCode is 1 or 2
                && result.Error.StartsWith("error: ", StringComparison.Ordinal)
                && result.Error.Split('\n')[0].Contains("odd", StringComparison.Ordinal)
                && result.Error.Split('\n').Length <= MostLines;
            bool isNew = kind is "nothing there" or "empty" && Making.Contains(command[0])
                && !(command[0] == "sweep" && command[1] is "status" or "cancel" or "resume" or "report");
            if (isNew ? result.ExitCode != 0 : !isSaid)
            {
                faults.Add($"{string.Join(' ', command)}: {result.ExitCode} {result.Error}");
            }
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    /// <summary>Every command that takes a store; experiments by the quickest of them, as they open it in one
    /// place.</summary>
    private static List<string[]> Commands()
    {
        List<string[]> all = [];
        Add(Program.CreateRoot(), []);
        Assert.True(all.Count >= Arguments.Count, "The tree has fewer commands than this test knows.");
        return all;

        void Add(Command command, string[] path)
        {
            bool takesStore = command.Options.Any(static option => option.Name == "--store");
            if (takesStore && (path[0] != "experiment" || path[^1] == "spectral"))
            {
                string[] more = path[0] == "experiment" ? ["--quick"]
                    : Arguments.GetValueOrDefault(string.Join(' ', path), []);
                all.Add([.. path, .. more]);
            }

            foreach (Command child in command.Subcommands)
            {
                Add(child, [.. path, child.Name]);
            }
        }
    }

    private static byte[] Noise(int length)
    {
        byte[] bytes = new byte[length];
        uint state = 1;
        for (int i = 0; i < length; i++)
        {
            state = (state * 1664525) + 1013904223;
            bytes[i] = (byte)(state >> 24);
        }

        return bytes;
    }
}
