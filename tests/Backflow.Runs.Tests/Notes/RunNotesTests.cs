using Backflow.Runs.Manifest;

namespace Backflow.Runs.Tests.Notes;

public sealed class RunNotesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Tag_AddAndTakeOff_KeepsEachOnceInOrder()
    {
        using RunStore store = _folder.Open();
        string id = store.CreateRun(Example.Description()).Id;
        Assert.Empty(store.GetRun(id).Tags);
        Assert.Equal(["a", "b"], store.Notes.Tag(id, static had => [.. had, "b", "a", "b"]));
        Assert.Equal(["b", "c"], store.Notes.Tag(id, static had => [.. had.Remove("a"), "c"]));
        Assert.Equal(["b", "c"], Assert.Single(store.ListRuns()).Tags);

        // A live page is told what has changed: of a run with tags too, nothing has.
        Assert.Equal(store.GetRun(id), store.GetRun(id));
        Assert.Throws<RunNotFoundException>(() => store.Notes.Tag("gru-0001", static had => had));
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("new\nline")]
    [InlineData("\u202Eturned")]
    [InlineData("\u001B[31mred")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public void Tag_ThatIsNone_IsRefusedWithSignsAndChangesNothing(string tag)
    {
        using RunStore store = _folder.Open();
        string id = store.CreateRun(Example.Description()).Id;
        RunStoreException refused = Assert.Throws<RunStoreException>(() => store.Notes.Tag(id, _ => ["good", tag]));
        Assert.Equal(
            $"'{VisibleText.Of(tag)}' cannot be a tag; allowed are 1 to 64 visible characters without spaces.",
            refused.Message);
        Assert.Empty(store.GetRun(id).Tags);
    }

    [Fact]
    public void Tag_MoreThanTwenty_IsRefused()
    {
        using RunStore store = _folder.Open();
        string id = store.CreateRun(Example.Description()).Id;
        string[] twenty = [.. Enumerable.Range(10, 20).Select(static number => $"tag{number}")];
        store.Notes.Tag(id, _ => twenty);
        string message = Assert.Throws<RunStoreException>(
            () => store.Notes.Tag(id, static had => [.. had, "more"])).Message;
        Assert.Equal("A run has at most 20 tags, and these would be 21; take some off first.", message);
        Assert.Equal(twenty, store.GetRun(id).Tags);
    }

    [Fact]
    public void Write_AnyText_IsKeptAsItIsUpToItsBound()
    {
        using RunStore store = _folder.Open();
        string id = store.CreateRun(Example.Description()).Id;
        foreach (string note in (string[])["two\nlines \u001B[31m\u202E", new('x', 4000), ""])
        {
            store.Notes.Write(id, note);
            Assert.Equal(note, store.GetRun(id).Note);
        }

        Assert.Equal(
            "A note has at most 4000 characters, and this one has 4001; shorten it.",
            Assert.Throws<RunStoreException>(() => store.Notes.Write(id, new string('x', 4001))).Message);
        Assert.Throws<RunNotFoundException>(() => store.Notes.Write("gru-0001", "x"));
    }

    /// <summary>What another program left in the column does not keep a run from being listed.</summary>
    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("null")]
    public void Tags_ColumnOfAnotherProgram_IsReadAsNone(string column)
    {
        using RunStore store = _folder.Open();
        string id = store.CreateRun(Example.Description()).Id;
        _folder.Sql($"UPDATE run SET tags = '{column}';");
        Assert.Empty(store.GetRun(id).Tags);
    }
}
