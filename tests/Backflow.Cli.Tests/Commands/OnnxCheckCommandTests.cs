using System.Text.Json;
using Xunit;

namespace Backflow.Cli.Tests.Commands;

/// <summary>backflow onnxcheck on the node tests of the specification, and on folders that lack something.</summary>
[Collection(CommandsInProcess.Name)]
public sealed class OnnxCheckCommandTests : IDisposable
{
    private const string One = "test_lstm_defaults";

    private static readonly string NodeTests =
        Path.Combine(RepositoryRoot.Path, "tests", "Backflow.Exchange.Tests", "Onnx", "NodeTests");

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void OnnxCheck_NodeTests_PassByBothColumns()
    {
        ProcessResult result = CommandInProcess.Run(_folder.Path, "onnxcheck", NodeTests);
        Assert.True(result.ExitCode == 0, result.Error + result.Output);
        Assert.Contains("12 of 12 models passed (allowed 1e-5)", result.Output, StringComparison.Ordinal);
        Assert.Contains(
            "test_lstm_with_peepholes: The engine does not compute it", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void OnnxCheck_Json_HasOneLineForEachModel()
    {
        ProcessResult result = CommandInProcess.Run(_folder.Path, "onnxcheck", NodeTests, "--json");
        JsonElement[] rows = [.. result.Json()];
        Assert.Equal(12, rows.Length);
        Assert.All(rows, static row => Assert.True(row.GetProperty("passed").GetBoolean()));
    }

    [Fact]
    public void OnnxCheck_OutputThatDiffers_FailsWithOne()
    {
        string model = Copy(One);
        byte[] output = File.ReadAllBytes(Path.Combine(model, "out_Y_h.npy"));
        BitConverter.TryWriteBytes(output.AsSpan(^4), 3f);
        File.WriteAllBytes(Path.Combine(model, "out_Y_h.npy"), output);
        ProcessResult result = CommandInProcess.Run(_folder.Path, "onnxcheck", ".");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("FAILED", result.Output, StringComparison.Ordinal);
        Assert.Contains("0 of 1 models passed", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void OnnxCheck_ModelThatIsDamaged_FailsWithOneAndSaysWhy()
    {
        File.WriteAllText(Path.Combine(Copy(One), "model.onnx"), "text");
        ProcessResult result = CommandInProcess.Run(_folder.Path, "onnxcheck", One);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("model.onnx: it is no ONNX model, or damaged.", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nowhere", "There is no folder 'nowhere'.")]
    [InlineData(".", "The folder '.' has no model.onnx, and none of its folders has one.")]
    public void OnnxCheck_FolderWithoutModels_IsAWrongCommand(string folder, string said)
    {
        ProcessResult result = CommandInProcess.Run(_folder.Path, "onnxcheck", folder);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(said, result.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private string Copy(string name)
    {
        string target = Path.Combine(_folder.Path, name);
        Directory.CreateDirectory(target);
        foreach (string file in Directory.EnumerateFiles(Path.Combine(NodeTests, name)))
        {
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        }

        return target;
    }
}
