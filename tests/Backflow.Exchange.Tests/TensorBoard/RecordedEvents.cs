using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Tensorboard;

namespace Backflow.Exchange.Tests.TensorBoard;

/// <summary>Event files read by other code: TorchSharp's classes, and a checksum bit by bit.</summary>
internal static class RecordedEvents
{
    private const int HeadLength = 12;
    private const int FootLength = 4;

    /// <summary>The events of a file, each held against both of its checksums.</summary>
    public static IReadOnlyList<Event> Read(ReadOnlySpan<byte> file)
    {
        List<Event> events = [];
        while (!file.IsEmpty)
        {
            int length = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(file));
            Assert.Equal(Masked(file[..8]), MemoryMarshal.Read<uint>(file[8..]));
            ReadOnlySpan<byte> content = file.Slice(HeadLength, length);
            Assert.Equal(Masked(content), MemoryMarshal.Read<uint>(file[(HeadLength + length)..]));
            events.Add(Event.Parser.ParseFrom(content.ToArray()));
            file = file[(HeadLength + length + FootLength)..];
        }

        return events;
    }

    /// <summary>A record around a content.</summary>
    public static byte[] Frame(ReadOnlySpan<byte> content)
    {
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, content.Length);
        byte[] foot = new byte[FootLength];
        BinaryPrimitives.WriteUInt32LittleEndian(foot, Masked(content));
        byte[] head = new byte[FootLength];
        BinaryPrimitives.WriteUInt32LittleEndian(head, Masked(length));
        return [.. length, .. head, .. content, .. foot];
    }

    private static uint Masked(ReadOnlySpan<byte> bytes)
    {
        uint sum = uint.MaxValue;
        foreach (byte one in bytes)
        {
            sum ^= one;
            for (int bit = 0; bit < 8; bit++)
            {
                sum = (sum >> 1) ^ ((sum & 1) == 1 ? 0x82F63B78u : 0);
            }
        }

        sum = ~sum;
        return unchecked(((sum >> 15) | (sum << 17)) + 0xA282EAD8u);
    }
}
