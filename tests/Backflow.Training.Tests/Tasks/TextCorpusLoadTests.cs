using System.Text;
using Backflow.Training.Tasks;
using Backflow.Training.Texts;
using Xunit;

namespace Backflow.Training.Tests.Tasks;

public sealed class TextCorpusLoadTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("backflow-corpus-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void Load_Utf8File_IsTheSameAsItsText()
    {
        const string Text = "Grüße an 😀!\r\nGrüße an 😀!\r\n";
        TextCorpus loaded = TextCorpus.Load(Write("poem.txt", Encoding.UTF8.GetBytes(Text)));
        TextCorpus given = TextCorpus.FromText("poem.txt", Text);

        Assert.Equal("poem.txt", loaded.Name);
        Assert.Equal(given.Vocabulary.Runes, loaded.Vocabulary.Runes);
        Assert.Equal(given.Training.ToArray(), loaded.Training.ToArray());
        Assert.Equal(given.Validation.ToArray(), loaded.Validation.ToArray());
    }

    [Fact]
    public void Load_ByteOrderMark_IsDropped()
    {
        TextCorpus corpus = TextCorpus.Load(Write("bom.txt", [0xEF, 0xBB, 0xBF, .. "aaaaaaaaaa"u8]));

        Assert.Equal(10, corpus.CharacterCount);
        Assert.Equal(1, corpus.Vocabulary.Count);
    }

    [Theory]
    [InlineData(new byte[] { 0x61, 0x62, 0x00, 0x63 }, "a NUL byte at byte offset 2")]
    [InlineData(new byte[] { 0x61, 0xC3, 0xA9, 0xFF, 0x63 }, "invalid UTF-8 at byte offset 3")]
    [InlineData(new byte[] { 0x80, 0x80 }, "invalid UTF-8 at byte offset 0")]
    [InlineData(new byte[] { 0x61, 0xC3 }, "invalid UTF-8 at byte offset 1")]
    [InlineData(new byte[] { 0x61, 0xED, 0xA0, 0x80 }, "invalid UTF-8 at byte offset 1")]
    [InlineData(new byte[] { 0xEF, 0xBB, 0xBF, 0x61, 0x00 }, "a NUL byte at byte offset 4")]
    [InlineData(new byte[] { 0xFF, 0xFE, 0x61, 0x00 }, "UTF-16")]
    [InlineData(new byte[] { 0xFE, 0xFF, 0x00, 0x61 }, "UTF-16")]
    public void Load_NoText_SaysWhere(byte[] bytes, string part) => AssertRejected(Write("binary", bytes), part);

    [Fact]
    public void Load_MissingFile_SaysSo()
    {
        AssertRejected(Path.Combine(_directory.FullName, "none.txt"), "There is no file");
        AssertRejected(Path.Combine(_directory.FullName, "none", "none.txt"), "There is no file");
    }

    [Fact]
    public void Load_Directory_SaysSo() => AssertRejected(_directory.FullName, "is a directory");

    [Fact]
    public void Load_NoName_SaysSo() => AssertRejected(" ", "has no name");

    [Fact]
    public void Load_EmptyFile_SaysSo()
    {
        AssertRejected(Write("empty.txt", []), "is empty");
        AssertRejected(Write("bom-only.txt", [0xEF, 0xBB, 0xBF]), "is empty");
    }

    [Theory]
    [InlineData(100_000, 100_000, true)]
    [InlineData(100_001, 100_000, false)]
    public void Read_Bound_IsTheLargestSize(int size, long maximumBytes, bool isRead)
    {
        string path = Write("large.txt", [.. Enumerable.Repeat((byte)'a', size)]);
        if (isRead)
        {
            using TextFile file = TextFile.Open(path, maximumBytes);
            Assert.Equal(size, file.Read(0, new byte[size + 1]));
        }
        else
        {
            Assert.Contains(
                "larger than 100,000 bytes",
                Assert.Throws<ExperimentException>(() => TextFile.Open(path, maximumBytes)).Message,
                StringComparison.Ordinal);
        }
    }

    // Tokens take a byte a character, or two where there are more than 256 different ones; a text is never held twice.
    [Theory]
    [InlineData(60, 1.1)]
    [InlineData(300, 2.1)]
    public void Load_LargeText_TakesFewTimesItsBytesInMemory(int characters, double allowedTimes)
    {
        const int Length = 8_000_000;
        const int OfTheReader = 1_000_000;
        byte[] first = Encoding.UTF8.GetBytes(
            string.Concat(Enumerable.Range(0, characters).Select(static i => (char)(i < 60 ? '0' + i : 0x400 + i))));
        byte[] text = [.. Enumerable.Repeat((byte)'a', Length)];
        first.CopyTo(text, 0);
        string path = Write("large.txt", text);
        long before = GC.GetAllocatedBytesForCurrentThread();
        TextCorpus corpus = TextCorpus.Load(path);
        long taken = GC.GetAllocatedBytesForCurrentThread() - before;
        long allowed = (long)(allowedTimes * Length) + OfTheReader;
        Assert.True(taken <= allowed, $"{taken:N0} bytes for a text of {Length:N0}; allowed are {allowed:N0}.");
        Assert.True(corpus.Vocabulary.Count >= characters);
    }

    [Fact]
    public void Load_FileThatChangesBetweenTheReadings_IsNotTrusted()
    {
        string path = Write("log.txt", [.. Enumerable.Repeat((byte)'a', 1000)]);
        using TextFile file = TextFile.Open(path);
        using FileStream grown = new(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        grown.Write("bbb"u8);
        grown.Flush();

        // What was added after the file was opened is not a part of the text.
        Assert.Equal(1000, file.Read(0, new byte[2000]));
    }

    // The test may run as a user who may read everything, so what the system would report is given directly.
    [Theory]
    [InlineData(typeof(UnauthorizedAccessException), "may not be read by this user")]
    [InlineData(typeof(IOException), "cannot be read")]
    [InlineData(typeof(FileNotFoundException), "There is no file")]
    public void Explain_Report_BecomesASentence(Type type, string part)
    {
        Exception report = (Exception)Activator.CreateInstance(type)!;
        ExperimentException exception = TextFile.Explain("poem.txt", report);

        Assert.Contains(part, exception.Message, StringComparison.Ordinal);
        Assert.Contains("'poem.txt'", exception.Message, StringComparison.Ordinal);
        Assert.Same(report, exception.InnerException);
    }

    private static void AssertRejected(string path, string part)
    {
        ExperimentException exception = Assert.Throws<ExperimentException>(() => TextCorpus.Load(path));

        Assert.Contains(part, exception.Message, StringComparison.Ordinal);
        Assert.NotEmpty(exception.Remedy);
    }

    private string Write(string name, byte[] bytes)
    {
        string path = Path.Combine(_directory.FullName, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
