using System.Buffers;
using System.Text;

namespace Backflow.Training.Tasks;

/// <summary>Decodes a text into Unicode scalar values, and says where it is not a text.</summary>
internal static class CodePoints
{
    /// <summary>Decodes UTF-16.</summary>
    /// <param name="text">UTF-16, with surrogates in pairs.</param>
    /// <param name="source">What it is, at the start of a sentence.</param>
    /// <returns>One value per character.</returns>
    /// <exception cref="ExperimentException">A surrogate stands alone.</exception>
    public static int[] FromString(string text, string source)
    {
        int[] codePoints = new int[text.Length];
        int count = 0;
        for (int i = 0; i < text.Length;)
        {
            if (Rune.DecodeFromUtf16(text.AsSpan(i), out Rune rune, out int consumed) != OperationStatus.Done)
            {
                throw new ExperimentException(
                    $"{source} has half a surrogate pair at index {i}, which is no character.",
                    "Give valid Unicode text.");
            }

            codePoints[count++] = rune.Value;
            i += consumed;
        }

        return codePoints[..count];
    }

    /// <summary>Decodes UTF-8; a byte order mark at the start is dropped, line ends stay as they are.</summary>
    /// <param name="bytes">The text.</param>
    /// <param name="source">What it is, at the start of a sentence.</param>
    /// <returns>One value per character.</returns>
    /// <exception cref="ExperimentException">The bytes are not UTF-8, or contain a NUL: no text file does.</exception>
    public static int[] FromUtf8(ReadOnlySpan<byte> bytes, string source)
    {
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
        {
            throw new ExperimentException(
                $"{source} starts with the byte order mark of UTF-16; Backflow reads UTF-8.",
                "Convert it, for instance with: iconv -f UTF-16 -t UTF-8 FILE > FILE.utf8.txt");
        }

        ReadOnlySpan<byte> byteOrderMark = [0xEF, 0xBB, 0xBF];
        int offset = bytes.StartsWith(byteOrderMark) ? byteOrderMark.Length : 0;
        int[] codePoints = new int[CountOfStartBytes(bytes[offset..])];
        int count = 0;
        while (offset < bytes.Length)
        {
            OperationStatus status = Rune.DecodeFromUtf8(bytes[offset..], out Rune rune, out int consumed);
            if (status != OperationStatus.Done || rune.Value == 0)
            {
                string what = status == OperationStatus.Done ? "a NUL byte" : "invalid UTF-8";
                throw new ExperimentException(
                    $"{source} is not a text: it has {what} at byte offset {offset}.",
                    "Give a text file in UTF-8; convert other encodings, for instance with: "
                    + "iconv -f ISO-8859-1 -t UTF-8 FILE > FILE.utf8.txt");
            }

            codePoints[count++] = rune.Value;
            offset += consumed;
        }

        return codePoints;
    }

    // Every character of valid UTF-8 has exactly one byte that is no continuation 10xxxxxx; in invalid UTF-8 the loop
    // above stops before it can write more values than it has passed such bytes.
    private static int CountOfStartBytes(ReadOnlySpan<byte> bytes)
    {
        int count = 0;
        foreach (byte value in bytes)
        {
            count += (value & 0xC0) == 0x80 ? 0 : 1;
        }

        return count;
    }
}
