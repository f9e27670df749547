using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Backflow.Training.Tasks;
using Backflow.Training.Texts;
using Xunit;

namespace Backflow.Training.Tests.Texts;

/// <summary>Whatever a file is, it is named, and the command that is printed keeps its text right.</summary>
public sealed class NotATextTests : IDisposable
{
    private const string German = "Grüße aus Köln. Die Straße ist naß, und die Mädchen hören zu.\n";
    private const string Russian = "Привет, мир. Это простой текст на русском языке, который нужно прочитать.\n";
    private const string Japanese = "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。\n";
    private const string Chinese = "孔乙己是站着喝酒而穿长衫的唯一的人。他身材很高大；青白脸色，皱纹间时常夹些伤痕。\n";
    private const string Korean = "나는 학교에 갑니다. 오늘은 날씨가 좋습니다.\n";
    private const string French = "L'été dernier, nous étions à la plage; le garçon a mangé des gâteaux.\n";
    private const string Quotes = "“Smart quotes” — and a dash… it’s a café.\n";

    private static readonly string Verse = string.Concat(Enumerable.Repeat(German, 20));

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("backflow a'text-");

    static NotATextTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public static TheoryData<string, string> EncodedTexts => new()
    {
        { "iso-8859-1", German },
        { "iso-8859-1", French },
        { "windows-1252", Quotes },
        { "windows-1251", Russian },
        { "koi8-r", Russian },
        { "iso-8859-5", Russian },
        { "shift_jis", Japanese },
        { "euc-jp", Japanese },
        { "gb18030", Chinese },
        { "euc-kr", Korean },
        { "utf-16", German },
        { "utf-16BE", Russian },
        { "utf-32", German },
        { "utf-16LE without a mark", German },
        { "utf-16BE without a mark", German },
        { "utf-16LE without a mark", Russian },
        { "utf-16BE without a mark", Japanese },
        { "utf-16LE without a mark", Chinese },
    };

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(EncodedTexts))]
    public void Load_OtherEncoding_IsConvertedByThePrintedCommand(string encoding, string line)
    {
        string text = string.Concat(Enumerable.Repeat(line, 20));
        Encoding encoder = Encoding.GetEncoding(encoding.Split(' ')[0]);
        byte[] mark = encoding.Contains(' ', StringComparison.Ordinal) ? [] : encoder.GetPreamble();
        string path = Write("text.txt", [.. mark, .. encoder.GetBytes(text)]);
        AssertConverted(path, text);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Load_CutInItsLastCharacter_KeepsAllThatIsWhole(int bytesOfTheLast)
    {
        string text = string.Concat(Enumerable.Repeat(German, 20));
        byte[] last = Encoding.UTF8.GetBytes("😀");
        string path = Write("cut.txt", [.. Encoding.UTF8.GetBytes(text), .. last[..bytesOfTheLast]]);
        Assert.Contains("ends in the middle of a character", Refused(path).Message, StringComparison.Ordinal);
        AssertConverted(path, text);
    }

    [Fact]
    public void Load_OneDamagedPlace_LosesItAlone()
    {
        string text = string.Concat(Enumerable.Repeat(German, 20));
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        string path = Write("damaged.txt", [.. bytes[..16], 0xFF, .. bytes[16..]]);
        Assert.Contains("damaged", Refused(path).Message, StringComparison.Ordinal);
        AssertConverted(path, text);
    }

    [Fact]
    public void Load_CutAtItsStart_LosesTheCutCharacterAlone()
    {
        string text = string.Concat(Enumerable.Repeat(German, 20));
        AssertConverted(Write("tail.txt", [0xBC, .. Encoding.UTF8.GetBytes(text)]), text);
    }

    [Fact]
    public void Load_NulsBetweenLines_AreLeftOut()
    {
        string text = string.Concat(Enumerable.Repeat(German, 20));
        string records = text.Replace("\n", "\n\0", StringComparison.Ordinal);
        string path = Write("records.txt", Encoding.UTF8.GetBytes(records));
        AssertConverted(path, text);
    }

    [Fact]
    public void Load_Gzip_IsUnpackedByThePrintedCommand()
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionMode.Compress, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(Verse));
        }

        AssertConverted(Write("text.gz", packed.ToArray()), Verse);
    }

    [Theory]
    [InlineData("xz")]
    [InlineData("bzip2")]
    public void Load_PackedByATool_IsUnpackedByThePrintedCommand(string tool)
    {
        string path = Write("text.txt", Encoding.UTF8.GetBytes(Verse));
        Shell($"{tool} -c {ShellWord.Quote(path)} > {ShellWord.Quote(path + ".packed")}");
        AssertConverted(path + ".packed", Verse);
    }

    [Fact]
    public void FileKind_EveryKind_IsNamedByItsFirstBytes()
    {
        (byte[] Head, string Name)[] heads =
        [
            ([0x1F, 0x8B, 8], "gzip"),
            ([0xFD, .. "7zXZ\0"u8], "xz"),
            ([0x28, 0xB5, 0x2F, 0xFD], "zstd"),
            ([.. "BZh9"u8], "bzip2"),
            ([.. "PK\x3\x4"u8, 0], "zip"),
            ([.. "PK\x3\x4....word/document.xml"u8], "Word"),
            ([.. "PK\x3\x4....mimetypeapplication/epub+zip"u8], "EPUB"),
            ([.. "%PDF-1.7"u8], "PDF"),
            ([0x89, .. "PNG\r\n"u8], "PNG"),
            ([0xFF, 0xD8, 0xFF, 0xE0], "JPEG"),
            ([0x7F, .. "ELF"u8], "ELF"),
            ([8, 0, 0, 0, 0, 0, 0, 0, .. "{}"u8], "safetensors"),
            ([.. "SQLite format 3\0"u8], "SQLite"),
            ([.. "PAR1"u8], "Parquet"),
            ([.. new byte[257], .. "ustar"u8], "tar"),
            ([0x80, 2, 0x8A], "pickle"),
        ];
        foreach ((byte[] head, string name) in heads)
        {
            Assert.Contains(name, FileKind.Of(head)?.Name, StringComparison.Ordinal);

            // As a file: none of them is a text up to its end, whatever it begins with.
            ExperimentException refused = Refused(Write("file", [.. head, 0, 0xFF, 0]));
            Assert.Contains(name, refused.Message, StringComparison.Ordinal);
        }

        Assert.Null(FileKind.Of("Call me Ishmael."u8));
        Assert.Null(FileKind.Of([]));
    }

    [Theory]
    [InlineData("/dev/zero")]
    [InlineData("/dev/urandom")]
    public void Load_EndlessDevice_IsRefusedAtOnce(string device)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refused(device);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 50_000_000);
    }

    [Fact]
    public async Task Load_NamedPipe_IsReadAndKnownToBeReadOnce()
    {
        string path = Path.Combine(_directory.FullName, "pipe");
        Shell($"mkfifo {ShellWord.Quote(path)}");

        // Opening a pipe waits for the other end.
        Task writer = Task.Run(
            () => Shell($"printf '%s' {ShellWord.Quote(Verse)} > {ShellWord.Quote(path)}"),
            TestContext.Current.CancellationToken);
        TextCorpus corpus = TextCorpus.Load(path);
        await writer;
        Assert.True(corpus.IsReadOnce);
        Assert.Equal(Verse.Length, corpus.CharacterCount);
        Assert.False(TextCorpus.Load(Write("text.txt", Encoding.UTF8.GetBytes(Verse))).IsReadOnce);
    }

    private static ExperimentException Refused(string path)
    {
        ExperimentException refused = Assert.Throws<ExperimentException>(() => TextCorpus.Load(path));
        Assert.NotEmpty(refused.Remedy);
        return refused;
    }

    // Does what the message says, and reads what comes of it.
    private static void AssertConverted(string path, string text)
    {
        ExperimentException refused = Refused(path);
        string remedy = refused.Remedy;
        Shell(remedy[(remedy.IndexOf(": ", StringComparison.Ordinal) + 2)..]);
        Assert.Equal(text, File.ReadAllText(path + NotAText.Ending));
        TextCorpus expected = TextCorpus.FromText("text", text);
        Assert.Equal(expected.CharacterCount, TextCorpus.Load(path + NotAText.Ending).CharacterCount);
    }

    private static void Shell(string command)
    {
        ProcessStartInfo start = new("sh") { ArgumentList = { "-c", command } };
        using Process process = Process.Start(start)!;
        process.WaitForExit();
    }

    private string Write(string name, byte[] bytes)
    {
        string path = Path.Combine(_directory.FullName, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
