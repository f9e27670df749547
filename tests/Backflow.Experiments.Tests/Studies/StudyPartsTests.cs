using Backflow.Experiments.Studies;
using Backflow.Experiments.Studies.Reports;
using Backflow.Runs.Recording;
using Xunit;

namespace Backflow.Experiments.Tests.Studies;

/// <summary>Finished parts of every study: found again, with every bit, and never taken for those of another.</summary>
public sealed class StudyPartsTests
{
    public static TheoryData<string> Names => [.. StudyCatalogue.All.Select(static study => study.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_Again_ComputesNothingAndFindsTheSame(string name)
    {
        using TemporaryStore temporary = new();
        (StudyResult whole, _) = Run(temporary, name, new StudyOptions(StudySize.Quick, Seed: 3, Threads: 1));
        (StudyResult again, StudyParts parts) =
            Run(temporary, name, new StudyOptions(StudySize.Quick, Seed: 3, Threads: 2));

        Assert.True(parts.Total > 0, "The study keeps no parts.");
        Assert.Equal(parts.Total, parts.Reused);
        AssertSame(whole, again);
    }

    [Theory]
    [InlineData("copy-memory")]
    [InlineData("clip")]
    [InlineData("exercises")]
    public void Run_EndedInTheMiddle_GoesOnToTheSameResult(string name)
    {
        using TemporaryStore broken = new();
        using TemporaryStore whole = new();
        using CancellationTokenSource source = new();
        StudyOptions options = new(StudySize.Quick, Seed: 1, Threads: 1);
        RunUntil(
            broken,
            name,
            options,
            progress =>
            {
                if (progress.Done > progress.Total / 3)
                {
                    source.Cancel();
                }
            },
            source.Token);
        (StudyResult finished, StudyParts parts) = Run(broken, name, options);

        Assert.InRange(parts.Reused, 1, parts.Total - 1);
        Assert.True(finished.IsComplete);
        AssertSame(Run(whole, name, options).Result, finished);
    }

    [Fact]
    public void Run_OtherSeedOrSize_FindsNothing()
    {
        using TemporaryStore temporary = new();
        Run(temporary, "copy-memory", new StudyOptions(StudySize.Quick, Seed: 1, Threads: 1));
        using PartJournal journal = temporary.Store.OpenParts("parts", isFresh: false);
        foreach (StudyOptions other in (StudyOptions[])
        [
            new(StudySize.Quick, Seed: 2, Threads: 1), new(StudySize.Default, Seed: 1, Threads: 1),
        ])
        {
            // Ended at once: what was found is known by then.
            StudyParts parts = new(journal, "copy-memory", other.Size);
            StudyCatalogue.Find("copy-memory").Run(
                other with { Parts = parts }, static _ => { }, new CancellationToken(canceled: true));
            Assert.Equal(0, parts.Reused);
            Assert.Null(parts.Note);
        }
    }

    [Fact]
    public void Run_MoreSeeds_FindsThoseThatWereThere()
    {
        using TemporaryStore temporary = new();
        StudyOptions two = new(StudySize.Quick, Seed: 1, Threads: 1, Seeds: 2);
        (_, StudyParts before) = Run(temporary, "activation", two);
        (_, StudyParts after) = Run(temporary, "activation", two with { Seeds = 3 });
        Assert.Equal(before.Total, after.Reused);
        Assert.Equal(
            $"{after.Reused} of {after.Total} parts were finished before; they are not computed again.", after.Note);
    }

    [Fact]
    public void Run_DamagedPart_IsComputedAgain()
    {
        using TemporaryStore temporary = new();
        StudyOptions options = new(StudySize.Quick, Seed: 1, Threads: 1);
        (StudyResult whole, _) = Run(temporary, "copy-memory", options);
        string path = Directory.GetFiles(
            Path.GetDirectoryName(temporary.Store.Path)!, "parts.jsonl", SearchOption.AllDirectories).Single();
        string[] lines = File.ReadAllLines(path);
        lines[0] = lines[0].Replace("\"Steps\"", "\"Steps", StringComparison.Ordinal);
        lines[1] = lines[1][..lines[1].IndexOf("\"part\":", StringComparison.Ordinal)] + "\"part\":[1]}";
        File.WriteAllText(path, string.Join('\n', lines) + "\n{\"key\":\"torn");
        (StudyResult again, StudyParts parts) = Run(temporary, "copy-memory", options);
        Assert.Equal(parts.Total - 2, parts.Reused);
        AssertSame(whole, again);
        Assert.DoesNotContain("torn", File.ReadAllText(path), StringComparison.Ordinal);
    }

    private static (StudyResult Result, StudyParts Parts) Run(
        TemporaryStore temporary, string name, StudyOptions options) =>
        RunUntil(temporary, name, options, static _ => { }, CancellationToken.None);

    private static (StudyResult Result, StudyParts Parts) RunUntil(
        TemporaryStore temporary,
        string name,
        StudyOptions options,
        Action<StudyProgress> progress,
        CancellationToken cancellation)
    {
        using PartJournal journal = temporary.Store.OpenParts("parts", isFresh: false);
        StudyParts parts = new(journal, name, options.Size);
        StudyResult result = StudyCatalogue.Find(name).Run(
            options with { Parts = parts }, progress, cancellation);
        return (result, parts);
    }

    private static void AssertSame(StudyResult expected, StudyResult actual)
    {
        Assert.Equal(CsvTable.Write(expected.Numbers), CsvTable.Write(actual.Numbers));
        Assert.Equal(CsvTable.Write(expected.Summary), CsvTable.Write(actual.Summary));
        Assert.Equal(expected.Findings, actual.Findings);
        Assert.Equal(Page(expected), Page(actual));
    }

    private static string Page(StudyResult result) =>
        HtmlReport.Write(StudyLayout.Of(StudyCatalogue.Find("clip"), result));
}
