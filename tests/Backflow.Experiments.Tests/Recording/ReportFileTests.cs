using Backflow.Experiments.Recording;
using Xunit;

namespace Backflow.Experiments.Tests.Recording;

/// <summary>Files for people: written whole or not there, and never the end of a program.</summary>
public sealed class ReportFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("backflow-report-").FullName;

    [Fact]
    public void Write_IntoAFolderThatIsGone_MakesItAgain()
    {
        string path = Path.Combine(_folder, "gone", "report.html");
        ReportFile.Write("No remedy.", (path, "content"));
        Assert.Equal("content", File.ReadAllText(path));
    }

    [Fact]
    public void Write_OntoAFullDevice_NamesTheFileAndTheRemedy()
    {
        ReportException failure = Assert.Throws<ReportException>(
            static () => ReportFile.Write("Free some space.", ("/dev/full", new string('x', 100_000))));
        Assert.StartsWith(
            "The report was not written to /dev/full: No space left on device", failure.Message,
            StringComparison.Ordinal);
        Assert.Equal("Free some space.", failure.SaidRemedy.ToString());
    }

    [Fact]
    public void Write_WhereAFileStandsInTheWay_NamesTheFile()
    {
        File.WriteAllText(Path.Combine(_folder, "file"), "mine");
        string path = Path.Combine(_folder, "file", "report.html");
        ReportException failure =
            Assert.Throws<ReportException>(() => ReportFile.Write("No remedy.", (path, "content")));
        Assert.StartsWith($"The report was not written to {path}: ", failure.Message, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(Path.Combine(_folder, "file")));
    }

    [Fact]
    public void Write_OneOfTwoFails_WritesTheOther()
    {
        string path = Path.Combine(_folder, "numbers.csv");
        ReportException failure = Assert.Throws<ReportException>(
            () => ReportFile.Write("No remedy.", ("/proc/self/task/report.html", "content"), (path, "1,2")));
        Assert.StartsWith(
            "The report was not written to /proc/self/task/report.html: ", failure.Message, StringComparison.Ordinal);
        Assert.Equal("1,2", File.ReadAllText(path));
    }

    /// <summary>The new report takes the place of the older one at once, with its rights, behind a link too.</summary>
    [Fact]
    public void Write_OverAnOlderReport_TakesItsPlace()
    {
        string path = Path.Combine(_folder, "report.html");
        string link = Path.Combine(_folder, "link.html");
        File.WriteAllText(path, "older and longer");
        UnixFileMode kept = UnixFileMode.None;
        if (!OperatingSystem.IsWindows())
        {
            kept = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            File.SetUnixFileMode(path, kept);
        }

        File.CreateSymbolicLink(link, path);
        ReportFile.Write("No remedy.", (link, "newer"));
        Assert.Equal("newer", File.ReadAllText(path));
        Assert.Equal(path, new FileInfo(link).LinkTarget);
        Assert.Equal(kept, OperatingSystem.IsWindows() ? kept : File.GetUnixFileMode(path));
        Assert.Equal(2, Directory.GetFiles(_folder).Length);
    }

    [Fact]
    public void WhyClosed_LeavesAnOpenFolderAsItWas()
    {
        Assert.Null(ReportFile.WhyClosed(_folder));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
        Assert.NotNull(ReportFile.WhyClosed("/proc/self/task"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
