using Backflow.Runs.Recording;

namespace Backflow.Runs.Tests.Recording;

/// <summary>Finished parts beside a store.</summary>
public sealed class PartJournalTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("backflow-parts-").FullName;
    private readonly RunStore _store;

    public PartJournalTests() => _store = RunStore.Open(Path.Combine(_folder, "some.db"));

    private string File => Path.Combine(_folder, "some-parts", "adding-quick-1.jsonl");

    [Fact]
    public void Open_AfterAPartWasAdded_FindsIt()
    {
        using (PartJournal journal = _store.OpenParts("adding-quick-1", isFresh: false))
        {
            Assert.Null(journal.Find("a"));
            journal.Add("a", """{"loss":0.5}""");
            journal.Add("b", "[1]");
            Assert.Equal("[1]", journal.Find("b"));
        }

        using PartJournal again = _store.OpenParts("adding-quick-1", isFresh: false);
        Assert.Equal("""{"loss":0.5}""", again.Find("a"));
        Assert.Equal(2, again.Count);
        Assert.Null(again.Fault);
    }

    [Fact]
    public void Open_Fresh_ForgetsThem()
    {
        using (PartJournal journal = _store.OpenParts("adding-quick-1", isFresh: false))
        {
            journal.Add("a", "1");
        }

        using PartJournal again = _store.OpenParts("adding-quick-1", isFresh: true);
        Assert.Null(again.Find("a"));
        Assert.Equal(0, new FileInfo(File).Length);
    }

    [Fact]
    public void Open_AfterAnyTear_FindsTheWholeLinesAndGoesOnBehindThem()
    {
        using (PartJournal journal = _store.OpenParts("adding-quick-1", isFresh: false))
        {
            journal.Add("a", "1");
            journal.Add("b", "\"two\"");
        }

        byte[] whole = System.IO.File.ReadAllBytes(File);
        int first = Array.IndexOf(whole, (byte)'\n') + 1;
        for (int length = 0; length < whole.Length; length++)
        {
            System.IO.File.WriteAllBytes(File, whole[..length]);
            using (PartJournal torn = _store.OpenParts("adding-quick-1", isFresh: false))
            {
                Assert.Equal(length < first ? 0 : 1, torn.Count);
                torn.Add("c", "3");
            }

            using PartJournal again = _store.OpenParts("adding-quick-1", isFresh: false);
            Assert.Equal("3", again.Find("c"));
            Assert.Equal(length < first ? 1 : 2, again.Count);
        }
    }

    [Fact]
    public void Open_WhileAnotherWrites_SaysSoAndGoesOn()
    {
        using PartJournal first = _store.OpenParts("adding-quick-1", isFresh: false);
        first.Add("there", "0");
        using PartJournal second = _store.OpenParts("adding-quick-1", isFresh: false);
        Assert.NotNull(second.Fault);
        Assert.Equal("0", second.Find("there"));
        second.Add("a", "1");
        Assert.Equal("1", second.Find("a"));
        first.Add("b", "2");
        Assert.Null(first.Fault);
    }

    [Fact]
    public void Open_WhereNoFolderCanBe_SaysSoAndGoesOn()
    {
        System.IO.File.WriteAllText(Path.Combine(_folder, "some-parts"), "mine");
        using PartJournal journal = _store.OpenParts("adding-quick-1", isFresh: false);
        Assert.NotNull(journal.Fault);
        journal.Add("a", "1");
        Assert.Equal("1", journal.Find("a"));
    }

    [Fact]
    public void Keeping_OnAFullDisk_SaysSoAndGoesOn()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "some-parts"));
        System.IO.File.CreateSymbolicLink(File, "/dev/full");
        using PartJournal journal = _store.OpenParts("adding-quick-1", isFresh: false);
        journal.Add("a", "1");
        journal.Add("b", "2");
        Assert.NotNull(journal.Fault);
        Assert.Equal("2", journal.Find("b"));
    }

    [Theory]
    [InlineData("../other")]
    [InlineData("a/b")]
    [InlineData("")]
    public void Open_NameThatIsAPath_IsRefused(string name) =>
        Assert.Throws<ArgumentException>(() => _store.OpenParts(name, isFresh: false));

    public void Dispose()
    {
        _store.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
