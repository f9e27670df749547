using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace Backflow.Training.Texts;

/// <summary>What a file is that is no text, by its first bytes.</summary>
/// <param name="Name">A noun with its article.</param>
/// <param name="Remedy">What to do, with {0} for the file and {1} for the text beside it.</param>
internal sealed record FileKind(string Name, string Remedy)
{
    private const string Unpack = "Unpack it: ";
    private const string NoText = "Give a text file in UTF-8; there is no text in this one.";
    private const string SaveAsText = "Save it as plain text in UTF-8 with the program that made it, or: ";
    private const int TarMarkOffset = 257;
    private const int BoxMarkOffset = 4;

    private static readonly ImmutableArray<(byte[] Start, FileKind Kind)> Kinds =
    [
        ([0x1F, 0x8B], new("a gzip file", Unpack + "gzip -dc {0} > {1}")),
        ([0xFD, .. "7zXZ\0"u8], new("an xz file", Unpack + "xz -dc {0} > {1}")),
        ([0x28, 0xB5, 0x2F, 0xFD], new("a zstd file", Unpack + "zstd -dc {0} > {1}")),
        ([.. "BZh"u8], new("a bzip2 file", Unpack + "bzip2 -dc {0} > {1}")),
        ([0x04, 0x22, 0x4D, 0x18], new("an lz4 file", Unpack + "lz4 -dc {0} > {1}")),
        ([.. "7z"u8, 0xBC, 0xAF, 0x27, 0x1C], new("a 7z archive", Unpack + "7z x -so {0} > {1}")),
        ([.. "Rar!"u8, 0x1A], new("a RAR archive", Unpack + "unrar p -inul {0} > {1}")),
        ([.. "%PDF-"u8], new("a PDF document", "Take its text out: pdftotext -enc UTF-8 {0} {1}")),
        ([0xD0, 0xCF, 0x11, 0xE0], new("an old Word, Excel or PowerPoint document",
            "Save it as plain text in UTF-8 with the program that made it.")),
        ([0x89, .. "PNG"u8], new("a PNG picture", NoText)),
        ([0xFF, 0xD8, 0xFF], new("a JPEG picture", NoText)),
        ([.. "GIF8"u8], new("a GIF picture", NoText)),
        ([.. "RIFF"u8], new("a WAV, AVI or WebP file", NoText)),
        ([.. "OggS"u8], new("an Ogg file", NoText)),
        ([.. "fLaC"u8], new("a FLAC file", NoText)),
        ([.. "ID3"u8], new("an MP3 file", NoText)),
        ([0x7F, .. "ELF"u8], new("an ELF program or library", NoText)),
        ([.. "MZ"u8], new("a Windows program or library", NoText)),
        ([0xCF, 0xFA, 0xED, 0xFE], new("a macOS program or library", NoText)),
        ([0xCA, 0xFE, 0xBA, 0xBE], new("a Java class or a macOS program", NoText)),
        ([0x00, .. "asm"u8], new("a WebAssembly module", NoText)),
        ([.. "SQLite format 3\0"u8],
            new("a SQLite database", "Write its text columns to a file: sqlite3 {0} 'SELECT column FROM table' > {1}")),
        ([.. "PAR1"u8], new("a Parquet file",
            "Write its text column to a file, for instance: duckdb -noheader -list -c \"SELECT text FROM {0}\" > {1}")),
        ([.. "ARROW1"u8], new("an Arrow file", "Write its text column to a file with the program that made it.")),
        ([0x89, .. "HDF"u8], new("an HDF5 file", NoText)),
        ([0x93, .. "NUMPY"u8], new("a NumPy array", NoText)),
        ([.. "GGUF"u8], new("a GGUF model", NoText)),
    ];

    /// <summary>The kind of a file.</summary>
    /// <param name="head">Its first bytes: some kilobytes, or all.</param>
    /// <returns>Null where no kind is known by them.</returns>
    public static FileKind? Of(ReadOnlySpan<byte> head)
    {
        foreach ((byte[] start, FileKind kind) in Kinds)
        {
            if (head.StartsWith(start))
            {
                return kind;
            }
        }

        return head.StartsWith("PK\x3\x4"u8) ? OfZip(head)
            : IsSafetensors(head) ? new("a safetensors file of tensors", NoText)
            : Holds(head, TarMarkOffset, "ustar"u8) ? new("a tar archive", Unpack + "tar -xOf {0} > {1}")
            : Holds(head, BoxMarkOffset, "ftyp"u8) ? new("an MP4 or HEIC file", NoText)
            : IsPickle(head) ? new("a Python pickle, such as a PyTorch model", NoText)
            : null;
    }

    private static FileKind OfZip(ReadOnlySpan<byte> head) =>
        head.IndexOf("word/"u8) >= 0
            ? new("a Word document (.docx)", SaveAsText + "pandoc -t plain {0} -o {1}")
        : head.IndexOf("application/vnd.oasis.opendocument.text"u8) >= 0
            ? new("an OpenDocument text (.odt)", SaveAsText + "pandoc -t plain {0} -o {1}")
        : head.IndexOf("application/epub+zip"u8) >= 0
            ? new("an EPUB book", "Take its text out: pandoc -f epub -t plain {0} -o {1}")
        : head.IndexOf("[Content_Types].xml"u8) >= 0
            ? new("an Excel or PowerPoint document",
                "Save its text as plain text in UTF-8 with the program that made it.")
        : head.IndexOf(".npy"u8) >= 0 ? new("a file of NumPy arrays (.npz)", NoText)
        : head.IndexOf("data.pkl"u8) >= 0 ? new("a PyTorch model", NoText)
        : new("a zip archive", Unpack + "unzip -p {0} > {1}");

    // Eight bytes of a length, and a header in JSON.
    private static bool IsSafetensors(ReadOnlySpan<byte> head) => head.Length > sizeof(ulong)
        && BinaryPrimitives.ReadUInt64LittleEndian(head) is > 1 and < 1 << 27 && head[sizeof(ulong)] == '{';

    // The opcode of the protocol, and a stop somewhere behind it; a text in UTF-8 never begins with it.
    private static bool IsPickle(ReadOnlySpan<byte> head) =>
        head.Length > 2 && head[0] == 0x80 && head[1] is >= 2 and <= 5;

    private static bool Holds(ReadOnlySpan<byte> head, int offset, ReadOnlySpan<byte> mark) =>
        head.Length >= offset + mark.Length && head[offset..].StartsWith(mark);

    /// <summary>The remedy for one file.</summary>
    /// <param name="path">The file.</param>
    public string RemedyFor(string path) => string.Format(
        System.Globalization.CultureInfo.InvariantCulture,
        CompositeFormat.Parse(Remedy),
        ShellWord.Quote(path),
        ShellWord.Quote(path + NotAText.Ending));
}
