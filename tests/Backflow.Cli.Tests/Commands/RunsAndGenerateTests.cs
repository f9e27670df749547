using System.Text.Json;
using Xunit;

namespace Backflow.Cli.Tests.Commands;

/// <summary>backflow runs and generate as processes, on one trained run.</summary>
public sealed class RunsAndGenerateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public RunsAndGenerateTests()
    {
        ProcessResult result = BackflowProcess.Run(
            _folder.Path,
            "train", "--hidden", "16", "--embedding", "8", "--seq-len", "16", "--batch", "8", "--steps", "40",
            "--name", "small");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("Write text:  backflow generate lstm-0001", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Generate_TemperatureZero_IsTopOne()
    {
        string greedy = Generate("--temperature", "0");
        Assert.Equal(greedy, Generate("--temperature", "0", "--seed", "9"));
        Assert.Equal(greedy, Generate("--temperature", "1", "--top-k", "1"));
        Assert.StartsWith("The ", greedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Generate_Seed_DecidesTheText()
    {
        string first = Generate("--seed", "3");
        Assert.Equal(first, Generate("--seed", "3"));
        Assert.NotEqual(first, Generate("--seed", "4"));
        Assert.Equal(4 + 50, first.TrimEnd('\n').Length + first.Length - first.TrimEnd('\n').Length - 1);
    }

    [Fact]
    public void Generate_Json_CarriesPromptAndText()
    {
        ProcessResult result = BackflowProcess.Run(
            _folder.Path, "generate", "small", "--json", "--prompt", "The ", "--length", "20", "--best");
        JsonElement line = Assert.Single(result.Json());
        Assert.Equal("The ", line.GetProperty("prompt").GetString());
        Assert.Equal(20, line.GetProperty("text").GetString()!.Length);
    }

    [Fact]
    public void Generate_SeveralTexts_AreThoseOfTheirSeeds()
    {
        string alone = Generate("--seed", "3") + Generate("--seed", "4");
        string together = Generate("--seed", "3", "--texts", "2");
        Assert.Equal(
            alone, together.Replace("── seed 3 ──\n", "", StringComparison.Ordinal)
                .Replace("── seed 4 ──\n", "", StringComparison.Ordinal));
        ProcessResult refused =
            BackflowProcess.Run(_folder.Path, "generate", "small", "--texts", "1000", "--length", "10001");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("have at most 10,000,000 characters", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Runs_ListShowDelete_EndToEnd()
    {
        JsonElement listed = Assert.Single(BackflowProcess.Run(_folder.Path, "runs", "list", "--json").Json());
        Assert.Equal("lstm-0001", listed.GetProperty("id").GetString());
        Assert.Equal("small", listed.GetProperty("name").GetString());
        Assert.Equal("completed", listed.GetProperty("status").GetString());

        ProcessResult bare = BackflowProcess.Run(_folder.Path, "runs");
        Assert.Equal(BackflowProcess.Run(_folder.Path, "runs", "list").Output, bare.Output);
        Assert.Contains("lstm-0001", bare.Output, StringComparison.Ordinal);

        JsonElement shown = Assert.Single(BackflowProcess.Run(_folder.Path, "runs", "show", "sm", "--json").Json());
        Assert.Equal(16, shown.GetProperty("configuration").GetProperty("hiddenSize").GetInt32());
        Assert.Contains("--name small", shown.GetProperty("commandLine").GetString(), StringComparison.Ordinal);

        ProcessResult text = BackflowProcess.Run(_folder.Path, "runs", "show", "small");
        Assert.Contains("lstm-0001 (small)", text.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", text.Output, StringComparison.Ordinal);

        ProcessResult unconfirmed = BackflowProcess.Run(_folder.Path, "runs", "delete", "small");
        Assert.Equal(2, unconfirmed.ExitCode);
        Assert.Contains("runs delete small --yes", unconfirmed.Error, StringComparison.Ordinal);

        foreach (string[] change in (string[][])[["runs", "delete", "sm", "--yes"], ["resume", "sm"]])
        {
            ProcessResult guessed = BackflowProcess.Run(_folder.Path, change);
            Assert.Equal(2, guessed.ExitCode);
            Assert.Contains("lstm-0001 (small) begins like it", guessed.Error, StringComparison.Ordinal);
        }

        ProcessResult deleted = BackflowProcess.Run(_folder.Path, "runs", "delete", "small", "--yes");
        Assert.True(deleted.ExitCode == 0, deleted.Error);
        Assert.Empty(BackflowProcess.Run(_folder.Path, "runs", "list", "--json").Json());
        Assert.Contains(
            "backflow train", BackflowProcess.Run(_folder.Path, "runs", "list").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_OtherStoreThanUsual_PrintsCommandsThatFindIt()
    {
        ProcessResult trained = BackflowProcess.Run(
            _folder.Path,
            "train", "--task", "echo", "--lag", "40", "--cell", "rnn-sigmoid", "--hidden", "8", "--steps", "3",
            "--store", "other.db");
        Assert.Contains("--cell rnn", trained.Error, StringComparison.Ordinal);
        Assert.All(
            trained.Error.Split('\n')
                .Where(static line => line.Contains(":  backflow train", StringComparison.Ordinal)),
            static line => Assert.EndsWith(" --store other.db", line, StringComparison.Ordinal));

        string printed = trained.Output.Split("Look at it:  backflow ")[1].Trim();
        ProcessResult shown = BackflowProcess.Run(_folder.Path, printed.Split(' '));
        Assert.True(shown.ExitCode == 0, shown.Error);
        Assert.Contains("rnn-sigmoid-0001", shown.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("per character", shown.Output, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private string Generate(params string[] options)
    {
        ProcessResult result = BackflowProcess.Run(
            _folder.Path, ["generate", "small", "--prompt", "The ", "--length", "50", .. options]);
        Assert.True(result.ExitCode == 0, result.Error);
        return result.Output;
    }
}
