using System.Globalization;
using System.Text.Json;
using Xunit;

namespace Backflow.Cli.Tests.Commands;

/// <summary>backflow export --tensorboard, --parquet, --csv, and training with --tensorboard.</summary>
[Collection(CommandsInProcess.Name)]
public sealed class ExportFiguresTests : IDisposable
{
    private static readonly string[] Small =
    [
        "--task", "adding", "--length", "5", "--hidden-size", "4", "--batch-size", "4", "--steps", "3",
        "--threads", "1", "--name", "ours",
    ];

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Export_EveryFormatAtOnce_SaysWhatItWrote()
    {
        Done(["train", .. Small]);
        string said = Done("export", "ours", "--tensorboard", "logs", "--parquet", "a.parquet", "--csv", "a.csv");
        Assert.Matches(
            """
            ^Wrote run lstm-0001 to logs/lstm-0001/events\.out\.tfevents\.\d{10}\.backflow\.0000\.
            Wrote run lstm-0001, [\d,]+ rows, to a\.parquet\.
            Wrote run lstm-0001, [\d,]+ rows, to a\.csv\.$
            """,
            said.Trim());
        string[] lines = File.ReadAllLines(Path.Combine(_folder.Path, "a.csv"));
        Assert.Equal("run,step,metric,layer,timestep,value,is_finite", lines[0]);
        foreach (string begin in (string[])["lstm-0001,3,training-loss,,,", "lstm-0001,1,total-gradient-norm,0,4,"])
        {
            Assert.Contains(lines, line => line.StartsWith(begin, StringComparison.Ordinal));
        }

        using JsonDocument json = JsonDocument.Parse(Done("export", "ours", "--csv", "a.csv", "--json"));
        Assert.Equal(lines.Length - 1, json.RootElement.GetProperty("rows").GetInt64());
        Assert.Equal("a.csv", json.RootElement.GetProperty("csv").GetString());
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("step").ValueKind);
    }

    [Fact]
    public void Export_RunWithoutCheckpoint_StillHasFigures()
    {
        Done(["train", .. Small]);
        Directory.Delete(Path.Combine(_folder.Path, "runs", "backflow-checkpoints"), recursive: true);
        Done("export", "ours", "--csv", "a.csv");
        ProcessResult network = Run("export", "ours", "--onnx", "a.onnx");
        Assert.NotEqual(0, network.ExitCode);
    }

    [Theory]
    [InlineData("a.onnx", "--onnx")]
    [InlineData("a.safetensors", "--safetensors")]
    [InlineData("a.parquet", "--parquet")]
    [InlineData("a.csv", "--csv")]
    public void Export_OntoAFileOfTheUser_KeepsItUntilItIsTold(string file, string format)
    {
        Done(["train", .. Small]);
        _folder.Write(file, "mine");
        ProcessResult refused = Run("export", "ours", format, file);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains($"was not written to {file}: a file is there that is no earlier export.", refused.Error,
            StringComparison.Ordinal);
        Assert.Contains("give --overwrite to replace it.", refused.Error, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(Path.Combine(_folder.Path, file)));
        Done("export", "ours", format, file, "--overwrite");
        Done("export", "ours", format, file);
        Assert.NotEqual("mine", File.ReadAllText(Path.Combine(_folder.Path, file)));
        Assert.Equal([file], Directory.GetFiles(_folder.Path).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("--step names a checkpoint, and figures are of all steps.", "--csv", "a.csv", "--step", "1")]
    [InlineData("--best names a checkpoint, and figures are of all steps.", "--csv", "a.csv", "--best")]
    [InlineData("--parquet and --csv name one file.", "--csv", "a", "--parquet", "./a")]
    public void Export_WhatHasNoEffect_IsRefused(string said, params string[] words)
    {
        Done(["train", .. Small]);
        ProcessResult refused = Run(["export", "ours", .. words]);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains(said, refused.Error, StringComparison.Ordinal);
        Assert.Contains("  try: ", refused.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Export_FolderThatIsAFile_IsSaid()
    {
        Done(["train", .. Small]);
        _folder.Write("logs", "mine");
        ProcessResult refused = Run("export", "ours", "--tensorboard", "logs");
        Assert.Equal(1, refused.ExitCode);
        Assert.StartsWith("error: The run was not written to logs/lstm-0001/events.out.tfevents.", refused.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Train_WithEventFiles_WritesThemForEachRunAndForWhatGoesOn()
    {
        ProcessResult trained = Run(["train", .. Small, "--tensorboard", "logs"]);
        Assert.True(trained.ExitCode == 0, trained.Error);
        Assert.DoesNotContain("warning", trained.Error, StringComparison.Ordinal);
        string own = Path.Combine(_folder.Path, "logs", "lstm-0001");
        Assert.Single(Directory.GetFiles(own));
        Done("resume", "ours", "--steps", "5", "--threads", "1", "--tensorboard", "logs");
        Assert.Equal(2, Directory.GetFiles(own).Length);
        Done("compare", "--cells", "lstm,gru", "--task", "adding", "--length", "5", "--hidden-size", "4",
            "--batch-size", "4", "--steps", "2", "--threads", "1", "--tensorboard", "logs");
        Assert.Equal(
            ["gru-0001", "lstm-0001", "lstm-0002"],
            Directory.GetDirectories(Path.Combine(_folder.Path, "logs")).Select(Path.GetFileName)
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Train_EventFilesWhereNothingCanBeWritten_TrainsNothing()
    {
        _folder.Write("logs", "mine");
        ProcessResult refused = Run(["train", .. Small, "--tensorboard", "logs"]);
        Assert.Equal(2, refused.ExitCode);
        Assert.StartsWith("error: --tensorboard must be a folder that can be written to, got 'logs'", refused.Error,
            StringComparison.Ordinal);
        Assert.DoesNotContain("lstm-0001", Done("runs", "list"), StringComparison.Ordinal);
    }

    [Fact]
    public void Import_WhatTheTrainingWrote_IsARunOfTheSameNumbers()
    {
        Done(["train", .. Small, "--tensorboard", "logs"]);
        Assert.StartsWith(
            "Run logged-0001: ", Done("import", "logs/lstm-0001", "--as", "back"), StringComparison.Ordinal);
        Done("export", "ours", "--csv", "ours.csv");
        Done("export", "back", "--csv", "back.csv");
        string[] loss = Numbers("ours.csv", "training-loss");
        Assert.Equal(3, loss.Length);
        Assert.Equal(
            loss.Select(static one => float.Parse(one, CultureInfo.InvariantCulture)),
            Numbers("back.csv", "training-loss").Select(static one => float.Parse(one, CultureInfo.InvariantCulture)));
        Assert.NotEmpty(Numbers("back.csv", "gradient-horizon"));
    }

    [Fact]
    public void Import_EventFileOfTorchSharp_NamesItsLoss()
    {
        string file = Path.Combine(
            RepositoryRoot.Path, "tests", "Backflow.Exchange.Tests", "TensorBoard", "files", "torchsharp.tfevents");
        string said = Done("import", file, "--as", "plain");
        Assert.Contains("The tags are loss/train, accuracy.", said, StringComparison.Ordinal);
        using JsonDocument json =
            JsonDocument.Parse(Done("import", file, "--training-loss", "loss/train", "--json"));
        Assert.Equal(8, json.RootElement.GetProperty("values").GetInt64());
        Assert.Equal("training-loss", json.RootElement.GetProperty("tags")[0].GetString());
        Assert.Contains("0.1250", Done("runs", "show", "logged-0002"), StringComparison.Ordinal);
        foreach ((string part, string[] words) in (IEnumerable<(string, string[])>)
            [
                ("--training-loss must be one of the tags of torchsharp.tfevents, got 'loss'.",
                    ["--training-loss", "loss"]),
                ("accuracy cannot be two losses.",
                    ["--training-loss", "accuracy", "--validation-loss", "accuracy"]),
                ("--text has no effect on event files", ["--text", "book.txt"]),
                ("--cell has no effect on event files", ["--cell", "rnn-tanh"]),
            ])
        {
            ProcessResult refused = Run(["import", file, .. words]);
            Assert.Equal(2, refused.ExitCode);
            Assert.StartsWith($"error: {part}", refused.Error, StringComparison.Ordinal);
        }

        ProcessResult model = Run("import", ImportExportTests.Golden, "--training-loss", "loss");
        Assert.Equal(2, model.ExitCode);
        Assert.StartsWith("error: --training-loss has no effect on a model", model.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Import_DamagedEventFile_MakesNoRun()
    {
        byte[] bytes = File.ReadAllBytes(Path.Combine(
            RepositoryRoot.Path, "tests", "Backflow.Exchange.Tests", "TensorBoard", "files", "torchsharp.tfevents"));
        bytes[^6] ^= 1;
        _folder.Write("a.tfevents", bytes);
        ProcessResult refused = Run("import", "a.tfevents");
        Assert.Equal(2, refused.ExitCode);
        Assert.StartsWith(
            "error: a.tfevents is damaged: its checksum is another one, of the record that begins at byte ",
            refused.Error,
            StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder.Path, "runs")));
    }

    private string[] Numbers(string file, string metric) =>
    [
        .. File.ReadLines(Path.Combine(_folder.Path, file)).Select(static line => line.Split(','))
            .Where(cells => cells[2] == metric).Select(static cells => cells[5]),
    ];

    public void Dispose() => _folder.Dispose();

    private ProcessResult Run(params string[] words) => CommandInProcess.Run(_folder.Path, words);

    private string Done(params string[] words)
    {
        ProcessResult result = Run(words);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', words)}: {result.Error}");
        return result.Output;
    }
}
