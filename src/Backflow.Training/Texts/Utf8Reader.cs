using System.Buffers;
using System.Text;

namespace Backflow.Training.Texts;

/// <summary>Decodes a file of UTF-8 from front to back; a byte order mark at the start is dropped, line ends stay as
/// they are.</summary>
internal sealed class Utf8Reader
{
    private const int LongestCharacter = 4;

    private readonly TextFile _file;
    private readonly byte[] _bytes = new byte[1 << 16];
    private int _begin;
    private int _end;
    private long _filled;

    public Utf8Reader(TextFile file)
    {
        _file = file;
        Fill();
        if (_bytes.AsSpan(0, _end).StartsWith(Encoding.UTF8.Preamble))
        {
            _begin = Encoding.UTF8.Preamble.Length;
        }
        else if (_bytes.AsSpan(0, _end).StartsWith("%PDF-"u8))
        {
            // Its first kilobytes may be text, and none of them is the document's.
            throw NotAText.Explain(file, 0);
        }
    }

    /// <summary>Decodes the next characters.</summary>
    /// <param name="codePoints">Filled from its beginning, whole unless the text ends.</param>
    /// <returns>The characters decoded; fewer than asked for at the end.</returns>
    /// <exception cref="ExperimentException">The bytes are not UTF-8, or contain a NUL: no text file does.</exception>
    public int Read(Span<int> codePoints)
    {
        for (int count = 0; count < codePoints.Length; count++)
        {
            if (_end - _begin < LongestCharacter)
            {
                Fill();
            }

            if (_begin == _end)
            {
                return count;
            }

            int value = _bytes[_begin];
            int consumed = 1;
            if (value is 0 or >= 0x80)
            {
                OperationStatus status =
                    Rune.DecodeFromUtf8(_bytes.AsSpan(_begin, _end - _begin), out Rune rune, out consumed);
                if (status != OperationStatus.Done || value == 0)
                {
                    throw NotAText.Explain(_file, _filled - (_end - _begin));
                }

                value = rune.Value;
            }

            codePoints[count] = value;
            _begin += consumed;
        }

        return codePoints.Length;
    }

    private void Fill()
    {
        int rest = _end - _begin;
        _bytes.AsSpan(_begin, rest).CopyTo(_bytes);
        int read = _file.Read(_filled, _bytes.AsSpan(rest));
        _filled += read;
        (_begin, _end) = (0, rest + read);
    }
}
