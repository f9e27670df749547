using System.Buffers.Binary;
using System.Globalization;
using UtfUnknown;

namespace Backflow.Training.Texts;

/// <summary>The encoding that bytes are in which are not UTF-8, as iconv calls it.</summary>
/// <param name="Name">iconv's name.</param>
/// <param name="IsSure">Whether a mark or the bytes leave little doubt.</param>
internal sealed record TextEncoding(string Name, bool IsSure)
{
    /// <summary>Below this the detector guesses.</summary>
    private const double SureConfidence = 0.6;

    /// <summary>
    /// UTF-16 of any language has this share of letters, blanks and marks of its own script, at least.
    /// </summary>
    private const double CommonShare = 0.1;

    /// <summary>With fewer of them nothing is concluded.</summary>
    private const int FewestCommon = 4;

    /// <summary>The encoding of bytes of which ASCII takes one.</summary>
    /// <param name="bytes">A part of a text around its first byte that is not UTF-8.</param>
    /// <returns>Null where nothing fits.</returns>
    public static TextEncoding? NarrowOf(ReadOnlySpan<byte> bytes)
    {
        // No file is read there, and what is never called need not be fetched: the detector and its tables.
        if (OperatingSystem.IsBrowser())
        {
            return null;
        }

        DetectionDetail? found = CharsetDetector.DetectFromBytes(bytes.ToArray()).Detected;
        return found?.EncodingName is not { } name || name is "ascii" or "utf-8" ? null
            : new(NameOf(name), found.Confidence >= SureConfidence);
    }

    /// <summary>The encoding, where characters take two or four bytes in it.</summary>
    public static TextEncoding? WideOf(ReadOnlySpan<byte> bytes, bool isBeginning) =>
        (isBeginning ? Marked(bytes) : null)
        ?? (IsUtf16(bytes, isBigEndian: false) ? new("UTF-16LE", true)
            : IsUtf16(bytes, isBigEndian: true) ? new("UTF-16BE", true)
            : null);

    private static string NameOf(string name) => name switch
    {
        "x-mac-cyrillic" => "MAC-CYRILLIC",
        "x-mac-ce" => "MAC-CENTRALEUROPE",
        "ks_c_5601-1987" => "CP949",
        "shift-jis" => "SHIFT_JIS",
        _ => name.ToUpperInvariant(),
    };

    // With a mark iconv takes the order of the bytes from it, and takes it away.
    private static TextEncoding? Marked(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE, 0, 0])
            || bytes.StartsWith((ReadOnlySpan<byte>)[0, 0, 0xFE, 0xFF])
            ? new("UTF-32", true)
        : bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF])
            ? new("UTF-16", true)
        : null;

    // Valid throughout, no control character, and some characters that every text of its kind has.
    private static bool IsUtf16(ReadOnlySpan<byte> bytes, bool isBigEndian)
    {
        int common = 0;
        int count = bytes.Length / 2;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> pair = bytes.Slice(2 * i, 2);
            char c = (char)(isBigEndian
                ? BinaryPrimitives.ReadUInt16BigEndian(pair)
                : BinaryPrimitives.ReadUInt16LittleEndian(pair));
            UnicodeCategory category = char.GetUnicodeCategory(c);
            bool isWhite = c is '\n' or '\r' or '\t';
            if (!isWhite && category is UnicodeCategory.Control or UnicodeCategory.OtherNotAssigned
                or UnicodeCategory.PrivateUse)
            {
                return false;
            }

            // Blanks and ASCII; Greek to Thai; Japanese signs and syllables; full-width marks.
            common += isWhite || c is (>= ' ' and <= '~') or (>= '\u0370' and <= '\u0E7F')
                or (>= '\u3000' and <= '\u30FF') or (>= '\uFF00' and <= '\uFF5E') ? 1 : 0;
        }

        return common >= Math.Max(FewestCommon, CommonShare * count);
    }
}
