using System.Buffers;
using System.Text;

namespace Backflow.Training.Texts;

/// <summary>The error about a file that is not UTF-8: what it is, and a command that keeps its text right.</summary>
internal static class NotAText
{
    /// <summary>What a converted text's name ends with.</summary>
    public const string Ending = ".utf8.txt";

    private const int SampleSize = 1 << 20;

    /// <summary>A text with one damaged character in this many is a damaged text, and not one in another
    /// encoding.</summary>
    private const int WholeForEachDamaged = 5;

    /// <summary>Above this share of control characters a file is no text.</summary>
    private const double BinaryShare = 0.02;

    /// <summary>Writes the error.</summary>
    /// <param name="file">What was to be read as a text; it is read again.</param>
    /// <param name="offset">The first byte that is a NUL or not UTF-8.</param>
    /// <returns>The error, to be thrown.</returns>
    public static ExperimentException Explain(TextFile file, long offset)
    {
        long begin = Math.Max(0, offset - (SampleSize / 2)) & ~1L;
        byte[] sample = new byte[SampleSize];
        byte[] head = new byte[SampleSize];
        sample = sample[..file.Read(begin, sample)];
        head = head[..file.Read(0, head)];
        string path = ShellWord.Quote(file.Path);
        string result = ShellWord.Quote(file.Path + Ending);
        if (FileKind.Of(head) is FileKind kind)
        {
            return new ExperimentException($"'{file.Path}' is {kind.Name}, not a text.", kind.RemedyFor(file.Path));
        }

        if (TextEncoding.WideOf(sample, isBeginning: begin == 0) is TextEncoding wide)
        {
            return Encoded(file.Path, wide, $"in {wide.Name}");
        }

        bool isNul = sample[(int)(offset - begin)] == 0;
        string where = $"{(isNul ? "a NUL byte" : "invalid UTF-8")} at byte offset {offset}";
        Utf8Count count = Utf8Count.Of(sample, isCutAtStart: begin > 0, endsFile: sample.Length < SampleSize);
        if (count.ControlShare > BinaryShare)
        {
            return new ExperimentException(
                $"'{file.Path}' is not a text: it has {where}, and control characters as binary files have them.",
                "Give a text file in UTF-8.");
        }

        if (isNul)
        {
            return new ExperimentException(
                $"'{file.Path}' is not a text: it has {where}.",
                $"Leave such bytes out: tr -d '\\000' < {path} > {result}");
        }

        // In another encoding more than the last character would not be UTF-8.
        if (count.EndsInACharacter && count.Damaged == 0)
        {
            return new ExperimentException(
                $"'{file.Path}' ends in the middle of a character ({where}); all before it is UTF-8.",
                $"Leave the cut character out: head -c {offset} {path} > {result}");
        }

        if (count.Whole >= WholeForEachDamaged * count.Damaged)
        {
            return new ExperimentException(
                $"'{file.Path}' is UTF-8 with damaged places, the first of them {where}.",
                $"Leave the damaged bytes out: iconv -c -f UTF-8 -t UTF-8 {path} > {result}");
        }

        return TextEncoding.NarrowOf(sample) is TextEncoding encoding
            ? Encoded(
                file.Path,
                encoding,
                $"in UTF-8: it has {where}, and {(encoding.IsSure ? "looks like" : "may be")} {encoding.Name}")
            : new ExperimentException(
                $"'{file.Path}' is not a text in UTF-8: it has {where}, and no known encoding fits.",
                $"Convert it where you know its encoding: iconv -f ENCODING -t UTF-8 {path} > {result}");
    }

    private static ExperimentException Encoded(string path, TextEncoding encoding, string fact)
    {
        string command =
            $"iconv -f {encoding.Name} -t UTF-8 {ShellWord.Quote(path)} > {ShellWord.Quote(path + Ending)}";
        return new ExperimentException(
            fact.StartsWith("in UTF-8", StringComparison.Ordinal)
                ? $"'{path}' is not a text {fact}."
                : $"'{path}' is a text {fact}; Backflow reads UTF-8.",
            encoding.IsSure
                ? $"Convert it: {command}"
                : $"Convert it, and look at the result before you train: {command}");
    }

    /// <summary>What a part of a file has of UTF-8.</summary>
    /// <param name="Whole">Characters of more than one byte that are whole.</param>
    /// <param name="Damaged">Bytes that belong to no character, a cut one at the end aside.</param>
    /// <param name="ControlShare">The share of bytes that are control characters, NUL among them.</param>
    /// <param name="EndsInACharacter">Whether the file ends in the middle of a character.</param>
    private readonly record struct Utf8Count(int Whole, int Damaged, double ControlShare, bool EndsInACharacter)
    {
        public static Utf8Count Of(ReadOnlySpan<byte> bytes, bool isCutAtStart, bool endsFile)
        {
            int whole = 0;
            int damaged = 0;
            int controls = 0;
            bool isCut = false;
            for (int i = 0; i < bytes.Length;)
            {
                OperationStatus status = Rune.DecodeFromUtf8(bytes[i..], out Rune rune, out int consumed);
                isCut = status == OperationStatus.NeedMoreData;
                bool isCutBySample = isCutAtStart && i < 3;
                damaged += status == OperationStatus.InvalidData && !isCutBySample ? 1 : 0;
                whole += status == OperationStatus.Done && consumed > 1 ? 1 : 0;
                controls += consumed == 1 && bytes[i] is < 0x20 and not (0x09 or 0x0A or 0x0C or 0x0D or 0x1B) ? 1 : 0;
                i += Math.Max(1, consumed);
            }

            return new Utf8Count(whole, damaged, (double)controls / Math.Max(1, bytes.Length), isCut && endsFile);
        }
    }
}
