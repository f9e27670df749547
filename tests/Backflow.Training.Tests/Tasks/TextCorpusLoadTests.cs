using System.Text;
using Backflow.Training.Tasks;
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
        byte[] bytes = new byte[size];
        bytes[^1] = 1;
        string path = Write("large.bin", bytes);
        if (isRead)
        {
            Assert.Equal(bytes, TextFile.Read(path, maximumBytes));
        }
        else
        {
            Assert.Contains(
                "larger than 100,000 bytes",
                Assert.Throws<ExperimentException>(() => TextFile.Read(path, maximumBytes)).Message,
                StringComparison.Ordinal);
        }
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
