using System.Text.Json;
using Xunit;

namespace Backflow.Cli.Tests.Commands;

/// <summary>One process trains, and others ask things of it through the store.</summary>
public sealed class RunRequestTests
{
    [Fact]
    public void Runs_PauseChangeContinueStop_ReachTheProcessThatTrains()
    {
        using TemporaryFolder folder = new();
        using BackflowProcess training = BackflowProcess.Start(
            folder.Path, "train", "--hidden", "8", "--steps", "100000000", "--checkpoint-interval", "0",
            "--validation-interval", "0", "--log-interval", "50");
        training.WaitForOutput("step ");

        Assert.Equal(
            "Run lstm-0001 will wait after the step that it is doing.\n", Ask(folder, "pause", "lstm-0001"));
        training.WaitForOutput("Paused after step");
        Assert.Contains(" paused ", BackflowProcess.Run(folder.Path, "runs").Output, StringComparison.Ordinal);
        JsonElement listed = Assert.Single(BackflowProcess.Run(folder.Path, "runs", "--json").Json());
        Assert.Equal("running", listed.GetProperty("status").GetString());
        Assert.True(listed.GetProperty("isPaused").GetBoolean());

        Ask(folder, "change", "lstm-0001", "--learning-rate", "0.002");
        training.WaitForOutput("The learning rate is 0.002 from step");
        Ask(folder, "continue", "lstm-0001");
        training.WaitForOutput("Training goes on after step");
        training.WaitForOutput("step ");
        Ask(folder, "stop", "lstm-0001");
        ProcessResult ended = training.WaitForEnd();
        Assert.True(ended.ExitCode == 0, ended.Error);
        Assert.Contains("Stopped on request: ", ended.Output, StringComparison.Ordinal);
        Assert.Contains("Go on with:  backflow resume lstm-0001", ended.Output, StringComparison.Ordinal);

        ProcessResult late = BackflowProcess.Run(folder.Path, "runs", "pause", "lstm-0001");
        Assert.Equal(1, late.ExitCode);
        Assert.Contains(
            "Run lstm-0001 is not being trained now; go on with it first.", late.Error, StringComparison.Ordinal);
        Assert.Contains("backflow resume lstm-0001", late.Error, StringComparison.Ordinal);
    }

    private static string Ask(TemporaryFolder folder, params string[] request)
    {
        ProcessResult asked = BackflowProcess.Run(folder.Path, ["runs", .. request]);
        Assert.True(asked.ExitCode == 0, asked.Error);
        return asked.Output;
    }
}
