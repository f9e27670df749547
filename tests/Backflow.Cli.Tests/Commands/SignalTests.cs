using System.Globalization;
using Xunit;

namespace Backflow.Cli.Tests.Commands;

/// <summary>
/// Signals sent to the real program: a checkpoint, the way on, and the exit code that says which came.
/// </summary>
public sealed class SignalTests
{
    private static readonly string[] Endless =
        ["train", "--hidden", "8", "--steps", "100000000", "--checkpoint-interval", "0", "--validation-interval", "0"];

    [Theory]
    [InlineData("HUP", 129)]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public void Train_SignalThatEnds_SavesSaysHowToGoOnAndNamesTheSignal(string signal, int exitCode)
    {
        using TemporaryFolder folder = new();
        using BackflowProcess process = BackflowProcess.Start(folder.Path, [.. Endless]);
        process.WaitForOutput("step ");
        process.Signal(signal);
        ProcessResult ended = process.WaitForEnd();

        Assert.True(ended.ExitCode == exitCode, $"{ended.ExitCode}: {ended.Error}");
        Assert.Contains("Go on with:  backflow resume lstm-0001", ended.Output, StringComparison.Ordinal);
        Assert.True(NewestStep(folder, "lstm-0001") > 0, "Only the checkpoint of step 0 is there.");
    }

    [Theory]
    [InlineData("HUP", 129)]
    [InlineData("TERM", 143)]
    public void Compare_SignalThatEnds_SavesEveryCell(string signal, int exitCode)
    {
        using TemporaryFolder folder = new();
        using BackflowProcess process = BackflowProcess.Start(folder.Path, ["compare", .. Endless[1..]]);
        process.WaitForOutput(" step ");
        process.Signal(signal);
        ProcessResult ended = process.WaitForEnd();

        Assert.True(ended.ExitCode == exitCode, $"{ended.ExitCode}: {ended.Error}");
        Assert.True(NewestStep(folder, "rnn-0001") > 0, ended.Output);
        Assert.True(NewestStep(folder, "lstm-0001") > 0, ended.Output);
    }

    [Fact]
    public void Train_SignalBeforeTheFirstStep_LeavesARunThatGoesOn()
    {
        using TemporaryFolder folder = new();
        using BackflowProcess process = BackflowProcess.Start(folder.Path, [.. Endless, "--json"]);
        process.WaitForOutput("\"event\":\"start\"");
        process.Signal("TERM");
        ProcessResult ended = process.WaitForEnd();
        Assert.Equal(143, ended.ExitCode);

        ProcessResult resumed = BackflowProcess.Run(
            folder.Path, "resume", "lstm-0001", "--steps", Text(NewestStep(folder, "lstm-0001") + 2));
        Assert.True(resumed.ExitCode == 0, resumed.Error);
    }

    [Fact]
    public void Train_WarningOfAScheduler_SavesAndGoesOn()
    {
        using TemporaryFolder folder = new();
        using BackflowProcess process = BackflowProcess.Start(
            folder.Path, [.. Endless, "--json", "--log-interval", "1"]);
        process.WaitForOutput("\"event\":\"step\"");
        process.Signal("USR1");
        process.WaitForOutput("\"event\":\"checkpoint\"");
        long saved = NewestStep(folder, "lstm-0001");
        Assert.True(saved > 0, "Nothing was saved.");
        process.WaitForOutput("\"event\":\"step\"");
        process.Signal("TERM");
        ProcessResult ended = process.WaitForEnd();
        Assert.Equal(143, ended.ExitCode);
        Assert.True(NewestStep(folder, "lstm-0001") > saved, "The run did not go on.");
    }

    [Theory]
    [InlineData("HUP")]
    [InlineData("INT")]
    public void Train_SignalThatTheParentIgnores_GoesOn(string signal)
    {
        using TemporaryFolder folder = new();
        using BackflowProcess process = BackflowProcess.StartIgnoring(
            folder.Path, signal, [.. Endless, "--json", "--log-interval", "1"]);
        process.WaitForOutput("\"event\":\"step\"");
        process.Signal(signal);

        // More lines than the pipe held when the signal came.
        for (int i = 0; i < 100; i++)
        {
            process.WaitForOutput("\"event\":\"step\"");
        }

        process.Signal("TERM");
        Assert.Equal(143, process.WaitForEnd().ExitCode);
    }

    [Theory]
    [InlineData("HUP", 129)]
    [InlineData("TERM", 143)]
    public void Experiment_SignalThatEnds_KeepsWhatIsFinished(string signal, int exitCode)
    {
        using TemporaryFolder folder = new();
        using BackflowProcess process = BackflowProcess.Start(
            folder.Path, "experiment", "forget-bias", "--threads", "1");
        process.WaitForError("% · ");
        process.Signal(signal);
        ProcessResult ended = process.WaitForEnd();
        Assert.True(ended.ExitCode == exitCode, $"{ended.ExitCode}: {ended.Error}");
        Assert.DoesNotContain("   at ", ended.Error, StringComparison.Ordinal);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static long NewestStep(TemporaryFolder folder, string run) => long.Parse(
        Path.GetFileNameWithoutExtension(folder.NewestCheckpoint(run))["step-".Length..],
        CultureInfo.InvariantCulture);
}
