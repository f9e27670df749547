using Xunit;

namespace Backflow.Cli.Tests.Commands;

/// <summary>Commands whose output or report cannot be written: results are kept, and a sentence says which file
/// failed.</summary>
public sealed class LostOutputTests
{
    private const string Tiny = "--task adding --length 5 --hidden 4 --batch 4 --steps 30 --threads 1";
    private const string NoSpace = "No space left on device";

    [Theory]
    [InlineData("--help")]
    [InlineData("experiment list --json")]
    [InlineData("bench --list")]
    [InlineData("completion bash")]
    [InlineData("train --print-config")]
    [InlineData("gradcheck --json")]
    public void PrintingCommand_OnAFullDisk_SaysSoAndFails(string command)
    {
        using TemporaryFolder folder = new();
        ProcessResult full = BackflowProcess.RunLine(folder.Path, $"backflow {command} > /dev/full");
        Assert.Equal(1, full.ExitCode);
        Assert.Equal($"error: The output could not be written: {NoSpace}.\n", full.Error);
    }

    [Fact]
    public void PrintingCommand_WithAReaderThatLeaves_EndsWithoutAWord()
    {
        using TemporaryFolder folder = new();
        ProcessResult left = BackflowProcess.RunLine(
            folder.Path, "backflow bench --shape lstm,8,8,8,8 --repeats 1 --json | true");
        Assert.Equal(1, left.ExitCode);
        Assert.Empty(left.Error);
    }

    [Fact]
    public void PrintingCommand_AtALimitOfFiles_SaysSoAndFails()
    {
        // Blocks of a kibibyte: the list of experiments has more.
        using TemporaryFolder folder = new();
        ProcessResult limited =
            BackflowProcess.RunLine(folder.Path, "ulimit -f 1; backflow experiment list > list.txt");
        Assert.Equal(1, limited.ExitCode);
        Assert.Equal("error: The output could not be written: File too large.\n", limited.Error);
    }

    [Fact]
    public void Everything_WithoutAnErrorStream_FailsQuietly()
    {
        using TemporaryFolder folder = new();
        ProcessResult nowhere =
            BackflowProcess.RunLine(folder.Path, "backflow train --no-such > /dev/full 2> /dev/full");
        Assert.Equal(2, nowhere.ExitCode);
        Assert.Empty(nowhere.Output + nowhere.Error);
    }

    [Theory]
    [InlineData("train", "> /dev/full", NoSpace, 1)]
    [InlineData("train", "| head -n 1", "Broken pipe", 1)]
    [InlineData("compare", "> /dev/full", NoSpace, 2)]
    [InlineData("compare", "| head -n 1", "Broken pipe", 2)]
    public void Training_WithoutItsOutput_GoesOnToItsEnd(string command, string output, string reason, int runs)
    {
        using TemporaryFolder folder = new();
        AssertLost(
            BackflowProcess.RunLine(folder.Path, $"backflow {command} {Tiny} --json {output}"), reason);
        Assert.Equal(
            Enumerable.Repeat("completed", runs),
            BackflowProcess.Run(folder.Path, "runs", "--json").Json()
                .Select(static run => run.GetProperty("status").GetString()!));
    }

    [Theory]
    [InlineData("> /dev/full", NoSpace)]
    [InlineData("| head -n 1", "Broken pipe")]
    public void Experiment_WithoutItsOutput_KeepsRunReportAndNumbers(string output, string reason)
    {
        using TemporaryFolder folder = new();
        ProcessResult lost = BackflowProcess.RunLine(
            folder.Path, $"backflow experiment activation --quick {output}");
        AssertLost(lost, reason);
        Assert.EndsWith(
            "</html>\n",
            File.ReadAllText(Path.Combine(folder.Path, "reports", "activation-0001.html")),
            StringComparison.Ordinal);
        ProcessResult shown = BackflowProcess.Run(folder.Path, "runs", "show", "activation-0001");
        Assert.Contains("Going back 10 timesteps leaves", shown.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Experiment_WhoseReportCannotBeWritten_PrintsAndKeepsItsResultAndNamesTheFile()
    {
        // The folder becomes a file while networks are measured.
        using TemporaryFolder folder = new();
        using BackflowProcess running = BackflowProcess.Start(
            folder.Path, "experiment", "activation", "--quick", "--seeds", "300", "--threads", "1");
        running.WaitForError("left");
        Directory.Delete(Path.Combine(folder.Path, "reports"));
        File.WriteAllText(Path.Combine(folder.Path, "reports"), "mine");
        ProcessResult lost = running.WaitForEnd();

        Assert.Equal(1, lost.ExitCode);
        Assert.Contains("| sigmoid ", lost.Output, StringComparison.Ordinal);
        Assert.Contains("kept as activation-0001.", lost.Output, StringComparison.Ordinal);
        Assert.Contains(
            "error: The report was not written to reports/activation-0001.html and reports/activation-0001.csv: ",
            lost.Error,
            StringComparison.Ordinal);
        Assert.Contains("The result stands in run activation-0001.", lost.Error, StringComparison.Ordinal);
        Assert.Contains("give --output another folder", lost.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", lost.Error, StringComparison.Ordinal);
        ProcessResult shown = BackflowProcess.Run(folder.Path, "runs", "show", "activation-0001");
        Assert.Contains("completed", shown.Output, StringComparison.Ordinal);
        Assert.Contains("Going back 10 timesteps leaves", shown.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Experiment_IntoAFolderThatTakesNoFile_IsRefusedBeforeItBegins()
    {
        using TemporaryFolder folder = new();
        ProcessResult refused = BackflowProcess.Run(
            folder.Path, "experiment", "activation", "--quick", "--output", "/proc/self/task");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains(
            "--output must be a folder that can be written to, got '/proc/self/task'", refused.Error,
            StringComparison.Ordinal);
        Assert.Contains("No runs yet", BackflowProcess.Run(folder.Path, "runs").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Diagnose_WhoseReportCannotBeWritten_PrintsItAndNamesTheFile()
    {
        using TemporaryFolder folder = new();
        ProcessResult lost = BackflowProcess.RunLine(
            folder.Path, $"backflow diagnose {Tiny} --budget 0 --html /dev/full");
        Assert.Equal(1, lost.ExitCode);
        Assert.Contains("| forget gate ", lost.Output, StringComparison.Ordinal);
        Assert.Contains(
            $"error: The report was not written to /dev/full: {NoSpace}", lost.Error, StringComparison.Ordinal);
        Assert.Contains("give --html another file", lost.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", lost.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("experiment activation --quick --output full", "full/activation-0001.html", "--output another folder")]
    [InlineData($"diagnose {Tiny} --budget 0 --html full/d.html", "full/d.html", "--html another file")]
    public void Report_OntoAFullDisk_LeavesNothingThereAndTheResultStands(string command, string file, string remedy)
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(Path.Combine(folder.Path, "full"));
        ProcessResult full = BackflowProcess.RunLine(folder.Path, WithAFullDisk(
            $"backflow {command}; code=$?; ls full > left.txt; exit $code"));
        if (full.Error.Contains("unshare: ", StringComparison.Ordinal))
        {
            // A machine may allow no file system of its user's own: the device that is always full stands for it, and
            // the folder that goes away in the test above for that of an experiment.
            Diagnose_WhoseReportCannotBeWritten_PrintsItAndNamesTheFile();
            return;
        }

        Assert.Equal(1, full.ExitCode);
        Assert.Contains($"error: The report was not written to {file}", full.Error, StringComparison.Ordinal);
        Assert.Contains(NoSpace, full.Error, StringComparison.Ordinal);
        Assert.Contains(remedy, full.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", full.Error, StringComparison.Ordinal);
        Assert.Equal("fill\n", File.ReadAllText(Path.Combine(folder.Path, "left.txt")));
        Assert.Contains("\n| ", full.Output, StringComparison.Ordinal);

        // With space the same command has its report.
        ProcessResult again = BackflowProcess.RunLine(folder.Path, $"backflow {command}");
        Assert.True(again.ExitCode == 0, again.Error);
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(folder.Path, "full"), "*.html"));
    }

    [Fact]
    public void Diagnose_FullDiskWithAnOlderReport_KeepsTheOlderOne()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(Path.Combine(folder.Path, "full"));
        ProcessResult full = BackflowProcess.RunLine(folder.Path, WithAFullDisk(
            "echo older > full/page.html; "
            + $"backflow diagnose {Tiny} --budget 0 --html full/page.html; code=$?; "
            + "cat full/page.html > left.txt; ls full >> left.txt; exit $code"));
        if (full.Error.Contains("unshare: ", StringComparison.Ordinal))
        {
            Diagnose_WhoseReportCannotBeWritten_PrintsItAndNamesTheFile();
            return;
        }

        Assert.Equal(1, full.ExitCode);
        Assert.Contains("error: The report was not written to full/page.html", full.Error, StringComparison.Ordinal);
        Assert.Equal("older\nfill\npage.html\n", File.ReadAllText(Path.Combine(folder.Path, "left.txt")));
    }

    [Fact]
    public void Diagnose_WithoutItsOutput_WritesItsPage()
    {
        using TemporaryFolder folder = new();
        ProcessResult lost = BackflowProcess.RunLine(
            folder.Path, $"backflow diagnose {Tiny} --budget 0 --json --html page.html > /dev/full");
        AssertLost(lost, NoSpace);
        Assert.EndsWith(
            "</html>\n", File.ReadAllText(Path.Combine(folder.Path, "page.html")), StringComparison.Ordinal);
    }

    // A file system of a mebibyte, of which some kibibytes are left, in a namespace of the line's own.
    private static string WithAFullDisk(string line) =>
        "export -f backflow; unshare --user --map-root-user --mount bash -c '"
        + "mount -t tmpfs -o size=1m tmpfs full; head -c 1020K /dev/zero > full/fill; "
        + $"{line}'";

    private static void AssertLost(ProcessResult lost, string reason)
    {
        Assert.Equal(1, lost.ExitCode);
        Assert.EndsWith(
            $"error: The output was not written to its end: {reason}.\n"
                + "  What goes to the store and to files is kept.\n",
            lost.Error,
            StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", lost.Error, StringComparison.Ordinal);
    }
}
