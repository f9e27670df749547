using System.Text.Json;
using Xunit;

namespace Backflow.Cli.Tests.Commands;

/// <summary>backflow analyse and backflow watch as processes, on samples that the probe took of PyTorch.</summary>
public sealed class ProbeCommandsTests : IDisposable
{
    private const string Exploding = "rnn-exploding.safetensors";

    private static readonly string Golden = Path.Combine(RepositoryRoot.Path, "python", "tests", "golden");

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Analyse_ExplodingNetwork_SaysSoWithWhatPyTorchCanDo()
    {
        ProcessResult result = BackflowProcess.Run(_folder.Path, "analyse", Path.Combine(Golden, Exploding));
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Matches(@"rnn \(RNN_TANH\) 0 +\| +32 \| +100 \| .* grows ×1\.05 \| confirmed", result.Output);
        Assert.Contains(
            "exploding-over-time: The gradient of the final state grows", result.Output, StringComparison.Ordinal);
        Assert.Contains("torch.nn.utils.clip_grad_norm_", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Analyse_Json_HasTheGradientsOfTheReferenceByLayerAndDirection()
    {
        const string Name = "lstm-2-layers-bidirectional-packed";
        ProcessResult result =
            BackflowProcess.Run(_folder.Path, "analyse", Path.Combine(Golden, Name + ".safetensors"), "--json");
        JsonElement[] layers = [.. Assert.Single(result.Json()).GetProperty("layers").EnumerateArray()];
        using JsonDocument expected =
            JsonDocument.Parse(File.ReadAllText(Path.Combine(Golden, Name + ".expected.json")));
        JsonElement[] wanted =
        [
            .. Assert.Single(expected.RootElement.GetProperty("calls").EnumerateArray())
                .GetProperty("layers").EnumerateArray(),
        ];
        Assert.Equal(4, layers.Length);
        foreach (JsonElement one in wanted)
        {
            JsonElement layer = layers.Single(layer =>
                layer.GetProperty("layer").GetInt32() == one.GetProperty("layer").GetInt32()
                && layer.GetProperty("direction").GetString() == one.GetProperty("direction").GetString());
            Assert.Equal("confirmed", layer.GetProperty("trust").GetString());
            foreach (string row in (string[])["hiddenGradientNorm", "cellGradientNorm"])
            {
                Assert.Equal(
                    one.GetProperty(row).EnumerateArray().Select(static value => value.GetDouble()),
                    layer.GetProperty(row).EnumerateArray().Select(static value => value.GetDouble()),
                    static (a, b) => Math.Abs(a - b) < 1e-6);
            }
        }
    }

    [Theory]
    [InlineData("nothing.safetensors", "nothing.safetensors could not be read")]
    [InlineData("README.md", "README.md is not a valid safetensors file")]
    public void Analyse_NoSample_ExitsTwoWithARemedy(string file, string said)
    {
        File.Copy(Path.Combine(RepositoryRoot.Path, "README.md"), Path.Combine(_folder.Path, "README.md"));
        ProcessResult result = BackflowProcess.Run(_folder.Path, "analyse", file);
        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("error: " + said, result.Error, StringComparison.Ordinal);
        Assert.Contains("docs/probe-format.md", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Watch_FilesThatComeLateDamagedAndTwice_RecordsTheOthers()
    {
        string probe = Directory.CreateDirectory(Path.Combine(_folder.Path, "probe")).FullName;
        File.Copy(Path.Combine(Golden, Exploding), Path.Combine(probe, "000000000-000-00.safetensors"));
        File.WriteAllText(Path.Combine(probe, "000000001-000-00.safetensors"), "no sample");
        File.Copy(Path.Combine(Golden, Exploding), Path.Combine(probe, "000000002-000-00.safetensors"));
        File.WriteAllText(Path.Combine(probe, "000000003-000-00.safetensors.part"), "not whole");
        ProcessResult result = BackflowProcess.Run(_folder.Path, "watch", "probe", "--once", "--name", "theirs");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("Records run watched-0001.", result.Output, StringComparison.Ordinal);
        Assert.Contains(
            "step 0, loss 0.662; gradient reach rnn (RNN_TANH) 0: grows ×1.05",
            result.Output,
            StringComparison.Ordinal);
        Assert.Contains(
            "000000001-000-00.safetensors is not a valid safetensors file", result.Error, StringComparison.Ordinal);
        Assert.Contains("and step 0 is recorded already.", result.Error, StringComparison.Ordinal);
        string shown = BackflowProcess.Run(_folder.Path, "runs", "show", "theirs").Output;
        Assert.Matches(@"status +completed", shown);
        Assert.Contains("Exploding over time. The gradient of the final state grows", shown, StringComparison.Ordinal);
        Assert.Contains("try:  limit the norm of the gradient", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Watch_FolderThatComesLater_IsWaitedForUntilInterrupted()
    {
        using BackflowProcess watch = BackflowProcess.Start(_folder.Path, "watch", "probe");
        watch.WaitForOutput("Waits for samples in probe.");
        string probe = Directory.CreateDirectory(Path.Combine(_folder.Path, "probe")).FullName;
        File.Copy(Path.Combine(Golden, Exploding), Path.Combine(probe, "whole.part"));
        File.Move(Path.Combine(probe, "whole.part"), Path.Combine(probe, "000000000-000-00.safetensors"));
        watch.WaitForOutput("step 0, loss 0.662");
        watch.Interrupt();
        Assert.Equal(130, watch.WaitForEnd().ExitCode);
        Assert.Matches("watched-0001 .*completed", BackflowProcess.Run(_folder.Path, "runs").Output);
    }

    [Fact]
    public void Watch_NothingThere_ExitsTwoWithWhatToCall()
    {
        ProcessResult result = BackflowProcess.Run(_folder.Path, "watch", "probe", "--once");
        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("error: There is no sample in probe.", result.Error, StringComparison.Ordinal);
        Assert.Contains("backflow.watch(model, folder=", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pause")]
    [InlineData("stop")]
    public void Runs_RequestToATrainingOfAnotherProgram_IsRefused(string request)
    {
        string probe = Directory.CreateDirectory(Path.Combine(_folder.Path, "probe")).FullName;
        File.Copy(Path.Combine(Golden, Exploding), Path.Combine(probe, "000000000-000-00.safetensors"));
        BackflowProcess.Run(_folder.Path, "watch", "probe", "--once");
        ProcessResult result = BackflowProcess.Run(_folder.Path, "runs", request, "watched-0001");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("is a training of another program", result.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
