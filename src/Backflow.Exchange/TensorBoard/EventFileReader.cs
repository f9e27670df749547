using Backflow.Exchange.TensorBoard.Protobuf;
using Google.Protobuf;

namespace Backflow.Exchange.TensorBoard;

/// <summary>Reads the records of one event file, with suspicion.</summary>
/// <remarks>
/// A record that is too long for numbers, such as a picture, is held against its checksum piece by piece and not kept:
/// in memory an empty message takes many times its bytes.
/// </remarks>
/// <param name="stream">The file, which has a length; not closed.</param>
/// <param name="file">Its name, for messages.</param>
internal sealed class EventFileReader(Stream stream, string file)
{
    /// <summary>The longest record that is parsed.</summary>
    public const int MostParsed = 1 << 20;

    private readonly byte[] _head = new byte[RecordFrame.HeadLength];
    private byte[] _content = new byte[1024];

    /// <summary>Where the record begins that is read next, in bytes.</summary>
    public long Offset { get; private set; }

    /// <summary>Whether the file ends within a record, as while it is written.</summary>
    public bool EndsWithin { get; private set; }

    /// <summary>Reads a record.</summary>
    /// <returns>The record, without content where it is too long; null behind the last whole one.</returns>
    /// <exception cref="ExchangeException">It is damaged.</exception>
    public Event? Read()
    {
        int read = stream.ReadAtLeast(_head, _head.Length, throwOnEndOfStream: false);
        if (read < _head.Length)
        {
            EndsWithin = read > 0;
            return null;
        }

        ulong length = RecordFrame.LengthOf(_head)
            ?? throw Damaged("the checksum of its length is another one");
        long left = stream.Length - stream.Position - RecordFrame.FootLength;
        if (left < 0 || length > (ulong)left)
        {
            EndsWithin = true;
            return null;
        }

        Event record = length > MostParsed ? Skip((long)length) : Parse((int)length);
        Offset += RecordFrame.HeadLength + (long)length + RecordFrame.FootLength;
        return record;
    }

    private Event Parse(int length)
    {
        int all = length + RecordFrame.FootLength;
        if (_content.Length < all)
        {
            _content = new byte[Math.Max(all, 2 * _content.Length)];
        }

        stream.ReadExactly(_content, 0, all);
        ReadOnlySpan<byte> content = _content.AsSpan(0, length);
        if (!RecordFrame.IsFootOf(RecordChecksum.Of(content), _content.AsSpan(length)))
        {
            throw Damaged("its checksum is another one");
        }

        try
        {
            return Event.Parser.WithDiscardUnknownFields(true).ParseFrom(content);
        }
        catch (InvalidProtocolBufferException failure)
        {
            throw Damaged("it is no event", failure);
        }
    }

    private Event Skip(long length)
    {
        RecordChecksum sum = new();
        byte[] piece = new byte[MostParsed];
        for (long left = length; left > 0;)
        {
            int count = (int)Math.Min(left, piece.Length);
            stream.ReadExactly(piece, 0, count);
            sum.Append(piece.AsSpan(0, count));
            left -= count;
        }

        stream.ReadExactly(piece, 0, RecordFrame.FootLength);
        return RecordFrame.IsFootOf(sum.Masked, piece) ? new Event() : throw Damaged("its checksum is another one");
    }

    private ExchangeException Damaged(string fact, Exception? cause = null) => new(
        $"{file} is damaged: {fact}, of the record that begins at byte {Offset}.",
        "Copy the file again from where it was written, or leave it out.",
        cause);
}
