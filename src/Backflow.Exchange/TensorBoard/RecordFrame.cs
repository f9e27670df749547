using System.Buffers.Binary;

namespace Backflow.Exchange.TensorBoard;

/// <summary>How TFRecord files hold their records: length, its checksum, content, its checksum.</summary>
public static class RecordFrame
{
    /// <summary>Bytes before the content: a length of 64 bits and its checksum.</summary>
    public const int HeadLength = sizeof(ulong) + sizeof(uint);

    /// <summary>Bytes behind the content: its checksum.</summary>
    public const int FootLength = sizeof(uint);

    /// <summary>Writes a record.</summary>
    /// <param name="stream">Where it goes.</param>
    /// <param name="content">What it holds.</param>
    public static void Write(Stream stream, ReadOnlySpan<byte> content)
    {
        Span<byte> head = stackalloc byte[HeadLength];
        BinaryPrimitives.WriteUInt64LittleEndian(head, (ulong)content.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head[sizeof(ulong)..], RecordChecksum.Of(head[..sizeof(ulong)]));
        Span<byte> foot = stackalloc byte[FootLength];
        BinaryPrimitives.WriteUInt32LittleEndian(foot, RecordChecksum.Of(content));
        stream.Write(head);
        stream.Write(content);
        stream.Write(foot);
    }

    /// <summary>The length that a head states; null where its checksum is another one.</summary>
    /// <param name="head">[<see cref="HeadLength"/>].</param>
    public static ulong? LengthOf(ReadOnlySpan<byte> head) =>
        BinaryPrimitives.ReadUInt32LittleEndian(head[sizeof(ulong)..]) == RecordChecksum.Of(head[..sizeof(ulong)])
            ? BinaryPrimitives.ReadUInt64LittleEndian(head)
            : null;

    /// <summary>Whether a foot was written for a content.</summary>
    /// <param name="sum">The checksum of the content.</param>
    /// <param name="foot">What stands behind the content.</param>
    public static bool IsFootOf(uint sum, ReadOnlySpan<byte> foot) =>
        BinaryPrimitives.ReadUInt32LittleEndian(foot) == sum;
}
