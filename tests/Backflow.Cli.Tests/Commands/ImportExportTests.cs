using System.Text.Json;
using Xunit;

namespace Backflow.Cli.Tests.Commands;

/// <summary>backflow import and backflow export: a network goes out and comes back as the same one.</summary>
[Collection(CommandsInProcess.Name)]
public sealed class ImportExportTests : IDisposable
{
    // Batches and windows decide what a validation reads.
    private static readonly string[] Windows = ["--sequence-length", "8", "--batch-size", "4", "--threads", "1"];

    private static readonly string[] Text =
        ["--hidden-size", "6", "--embedding-size", "5", "--layers", "2", "--steps", "3", .. Windows];

    private readonly TemporaryFolder _folder = new();

    /// <summary>A state dict that PyTorch wrote.</summary>
    internal static string Golden { get; } =
        Path.Combine(RepositoryRoot.Path, "tests", "Backflow.Exchange.Tests", "PyTorch", "files", "lstm.pt");

    [Theory]
    [InlineData("lstm", "model.onnx")]
    [InlineData("gru", "model.onnx")]
    [InlineData("gru-reset-before", "model.onnx")]
    [InlineData("rnn-sigmoid", "model.onnx")]
    [InlineData("lstm", "model.safetensors")]
    [InlineData("gru", "model.safetensors")]
    public void Import_WhatExportWrote_ValidatesAndWritesAsBefore(string cell, string file)
    {
        WriteText();
        Done(["train", "--text", "book.txt", "--cell", cell, "--name", "ours", .. Text]);
        Done("export", "ours", Format(file), file);
        JsonElement back = Json(["import", file, "--as", "back", "--text", "book.txt", "--json", .. Windows]);
        double loss = back.GetProperty("validationLoss").GetDouble();
        string shown = Done("runs", "show", "ours", "--json");
        using JsonDocument ours = JsonDocument.Parse(shown);
        Assert.Equal(ours.RootElement.GetProperty("validationLossNats").GetDouble(), loss, 1e-6);
        Assert.Equal(
            Done("generate", "ours", "--length", "60", "--temperature", "0", "--prompt", "the"),
            Done("generate", "back", "--length", "60", "--temperature", "0", "--prompt", "the"));
        Assert.Contains("step 4", Done("resume", "back", "--steps", "4", "--threads", "1"), StringComparison.Ordinal);
    }

    [Fact]
    public void Import_Elman_AsksForItsActivation()
    {
        Done("train", "--task", "adding", "--length", "5", "--cell", "rnn-relu", "--name", "ours", "--hidden-size",
            "6", "--steps", "2", "--batch-size", "4", "--threads", "1");
        Done("export", "ours", "--safetensors", "model.safetensors");
        string[] words = ["import", "model.safetensors", "--task", "adding", "--length", "5"];
        ProcessResult asked = CommandInProcess.Run(_folder.Path, words);
        Assert.Equal(2, asked.ExitCode);
        Assert.Contains("rnn-relu", asked.Error, StringComparison.Ordinal);
        Assert.Contains("2 features, 1 output", Done([.. words, "--cell", "rnn-relu"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Import_WithoutData_IsKeptForExportAlone()
    {
        Assert.Contains("Take it out:  ", Done("import", Golden, "--as", "theirs"), StringComparison.Ordinal);
        Done("export", "theirs", "--onnx", "model.onnx");
        Assert.Contains("LSTM", Done("import", "model.onnx", "--as", "again"), StringComparison.Ordinal);
        foreach (string command in (string[])["generate", "resume", "diagnose", "dynamics"])
        {
            ProcessResult refused = CommandInProcess.Run(_folder.Path, command, "theirs");
            Assert.True(refused.ExitCode == 2, $"{command}: {refused.ExitCode} {refused.Error}");
            Assert.StartsWith(
                "error: The network was imported without data", refused.Error, StringComparison.Ordinal);
            Assert.Contains("Import its file again with --text or --task.", refused.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Import_VocabularyOfAnotherOrder_SaysTheSameOfEachCharacter()
    {
        WriteText();
        Done(["train", "--text", "book.txt", "--name", "ours", .. Text]);
        Done("export", "ours", "--onnx", "model.onnx");
        string sorted = string.Concat(File.ReadAllText(Path.Combine(_folder.Path, "book.txt")).Distinct().Order());
        string[] turned = [.. sorted.Reverse().Select(static character => $"{character}")];
        File.WriteAllText(Path.Combine(_folder.Path, "turned.json"), JsonSerializer.Serialize(turned));
        Json("import", "model.onnx", "--as", "turned", "--text", "book.txt", "--vocabulary", "turned.json", "--json");
        Done("export", "turned", "--onnx", "turned.onnx");

        // Turned twice, it is as it was.
        JsonElement back = Json(
            "import", "turned.onnx", "--text", "book.txt", "--vocabulary", "turned.json", "--json");
        JsonElement plain = Json("import", "model.onnx", "--text", "book.txt", "--json");
        Assert.Equal(
            plain.GetProperty("validationLoss").GetDouble(), back.GetProperty("validationLoss").GetDouble(), 1e-12);
    }

    [Theory]
    [InlineData("has no effect without data", "--lr", "0.1")]
    [InlineData("has no effect without data", "--vocabulary", "v.json")]
    [InlineData("numbers at each timestep, and text gives", "--text", "book.txt")]
    [InlineData("numbers at each timestep, and the task adding gives 2", "--task", "adding")]
    public void Import_WhatDoesNotFit_IsSaid(string said, params string[] more)
    {
        WriteText();
        ProcessResult refused = CommandInProcess.Run(_folder.Path, ["import", Golden, .. more]);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains(said, refused.Error, StringComparison.Ordinal);
        Assert.Contains("  try: ", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("lstm-0001", CommandInProcess.Run(_folder.Path, "runs").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Export_OntoAStore_KeepsTheRuns()
    {
        Done("import", Golden, "--as", "theirs");
        string store = Path.Combine("runs", "backflow.db");
        string checkpoint = Directory.GetFiles(
            Path.Combine(_folder.Path, "runs", "backflow-checkpoints"), "*", SearchOption.AllDirectories)[0];
        foreach (string target in (string[])[store, store + "-wal", checkpoint])
        {
            ProcessResult refused = CommandInProcess.Run(_folder.Path, "export", "theirs", "--onnx", target);
            Assert.True(refused.ExitCode == 1, $"{target}: {refused.ExitCode} {refused.Error}");
            Assert.StartsWith(
                $"error: The network was not written to {target}: ", refused.Error, StringComparison.Ordinal);
            Assert.Contains("try: Name another file.", refused.Error, StringComparison.Ordinal);
        }

        Assert.Contains("theirs", Done("runs", "list"), StringComparison.Ordinal);
        ProcessResult same = CommandInProcess.Run(
            _folder.Path, "export", "theirs", "--onnx", "a.onnx", "--safetensors", "./a.onnx");
        Assert.Equal(2, same.ExitCode);
        Assert.Contains("name one file", same.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Import_CharacterInTheLastTenthAlone_IsOneOfTheNetworks()
    {
        // As in Python, where set(text) is of the whole text; here the vocabulary is that of the training part.
        WriteText(end: "!");
        string[] characters =
        [
            .. File.ReadAllText(Path.Combine(_folder.Path, "book.txt")).Distinct().Order()
                .Select(static character => $"{character}"),
        ];
        File.WriteAllText(Path.Combine(_folder.Path, "all.txt"), string.Concat(
            Enumerable.Repeat(string.Concat(characters), 40)));
        Done(["train", "--text", "all.txt", "--name", "ours", .. Text]);
        Done("export", "ours", "--safetensors", "model.safetensors");
        double loss = Json(["import", "model.safetensors", "--text", "book.txt", "--json", "--as", "whole", .. Windows])
            .GetProperty("validationLoss").GetDouble();
        File.WriteAllText(Path.Combine(_folder.Path, "v.json"), JsonSerializer.Serialize(
            characters.Select(static (character, number) => (character, number))
                .ToDictionary(static one => $"{one.number}", static one => one.character)));
        Assert.Equal(
            loss,
            Json(["import", "model.safetensors", "--text", "book.txt", "--vocabulary", "v.json", "--json", .. Windows])
                .GetProperty("validationLoss").GetDouble(),
            1e-12);
        Assert.Contains("step 4", Done("resume", "whole", "--steps", "4", "--threads", "1"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("import")]
    [InlineData("export", "--onnx", "a.onnx")]
    [InlineData("analyse")]
    [InlineData("runs", "show")]
    [InlineData("resume")]
    public void Command_EmptyArgument_IsRefused(params string[] command)
    {
        int place = command is ["runs", ..] ? 2 : 1;
        ProcessResult refused = CommandInProcess.Run(
            _folder.Path, [.. command[..place], string.Empty, .. command[place..]]);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("must not be empty.", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Import_WithData_IsCompletedAndHasWhatWasAskedFor()
    {
        WriteText();
        Done(["train", "--text", "book.txt", "--name", "ours", .. Text]);
        Done("export", "ours", "--onnx", "model.onnx");
        Done(["import", "model.onnx", "--as", "fine", "--text", "book.txt", "--dropout", "0.25", .. Windows]);
        using JsonDocument run = JsonDocument.Parse(Done("runs", "show", "fine", "--json"));
        Assert.Equal("completed", run.RootElement.GetProperty("status").GetString());
        Assert.Contains("\"dropout\":0.25", Done("runs", "show", "fine", "--json"), StringComparison.Ordinal);
        ProcessResult refused = CommandInProcess.Run(
            _folder.Path, ["import", "model.onnx", "--text", "book.txt", "--omega", "2", .. Windows]);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("this network has none", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Import_TextWithCarriageReturns_SaysWhatPythonDrops()
    {
        WriteText();
        string path = Path.Combine(_folder.Path, "book.txt");
        File.WriteAllText(path, File.ReadAllText(path).Replace("; ", ";\n", StringComparison.Ordinal));
        Done(["train", "--text", "book.txt", "--name", "ours", .. Text]);
        Done("export", "ours", "--onnx", "model.onnx");
        File.WriteAllText(path, File.ReadAllText(path).Replace("\n", "\r\n", StringComparison.Ordinal));
        ProcessResult refused = CommandInProcess.Run(
            _folder.Path, ["import", "model.onnx", "--text", "book.txt", .. Windows]);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("carriage return", refused.Error, StringComparison.Ordinal);
        Assert.Contains(@"sed 's/\r$//'", refused.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model.h5", new byte[] { 0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0 })]
    [InlineData("model.keras", new byte[] { 0x50, 0x4B, 3, 4, 20, 0, 0, 0 })]
    public void Import_ModelOfKeras_SaysHowItIsConverted(string file, byte[] first)
    {
        File.WriteAllBytes(Path.Combine(_folder.Path, file), first);
        ProcessResult refused = CommandInProcess.Run(_folder.Path, "import", file);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains($"{file} is a model of Keras", refused.Error, StringComparison.Ordinal);
        Assert.Contains("tensorflowjs_converter", refused.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nothing.pt", "could not be read")]
    [InlineData(".", "is a folder")]
    [InlineData("book.txt", "is no model that can be read")]
    public void Import_NoModel_MakesNoStore(string file, string said)
    {
        WriteText();
        ProcessResult refused = CommandInProcess.Run(_folder.Path, "import", file);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains(said, refused.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder.Path, "runs")));
    }

    [Fact]
    public void Export_WhatCannotBe_IsSaid()
    {
        Done("train", "--task", "adding", "--length", "5", "--cell", "gru-reset-before", "--hidden-size", "4",
            "--steps", "1", "--batch-size", "4", "--threads", "1", "--name", "ours");
        foreach ((string said, string[] words) in (IEnumerable<(string, string[])>)
            [
                ("An export needs a format and a file.", []),
                ("PyTorch has no module that computes the cell gru-reset-before", ["--safetensors", "m.safetensors"]),
                ("name two checkpoints", ["--onnx", "m.onnx", "--best", "--step", "1"]),
            ])
        {
            ProcessResult refused = CommandInProcess.Run(_folder.Path, ["export", "ours", .. words]);
            Assert.Equal(2, refused.ExitCode);
            Assert.Contains(said, refused.Error, StringComparison.Ordinal);
            Assert.Contains("  try: ", refused.Error, StringComparison.Ordinal);
        }

        Assert.False(File.Exists(Path.Combine(_folder.Path, "m.safetensors")));
        ProcessResult nowhere = CommandInProcess.Run(_folder.Path, "export", "ours", "--onnx", "/dev/full");
        Assert.Equal(1, nowhere.ExitCode);
        Assert.StartsWith("error: The network was not written to /dev/full", nowhere.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static string Format(string file) => "--" + Path.GetExtension(file)[1..];

    private void WriteText(string end = "")
    {
        // Long enough for a validation part; each character is in the training part.
        string line = "the quick brown fox jumps over the lazy dog; ";
        File.WriteAllText(
            Path.Combine(_folder.Path, "book.txt"), string.Concat(Enumerable.Repeat(line, 60)) + end);
    }

    private string Done(params string[] words)
    {
        ProcessResult result = CommandInProcess.Run(_folder.Path, words);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', words)}: {result.Error}");
        return result.Output;
    }

    private JsonElement Json(params string[] words)
    {
        using JsonDocument document = JsonDocument.Parse(Done(words));
        return document.RootElement.Clone();
    }
}
