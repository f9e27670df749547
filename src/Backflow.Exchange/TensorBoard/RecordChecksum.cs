using System.Buffers.Binary;
using System.Numerics;

namespace Backflow.Exchange.TensorBoard;

/// <summary>The checksum of TFRecord files: CRC-32C, masked.</summary>
internal sealed class RecordChecksum
{
    // It is turned and moved, so that the checksum of bytes that hold checksums stays one.
    private const uint Mask = 0xA282EAD8;
    private const int Turn = 17;

    private uint _sum = uint.MaxValue;

    /// <summary>The checksum of what was appended.</summary>
    public uint Masked => unchecked(BitOperations.RotateLeft(~_sum, Turn) + Mask);

    /// <summary>The checksum of bytes.</summary>
    /// <param name="bytes">All of them.</param>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        RecordChecksum sum = new();
        sum.Append(bytes);
        return sum.Masked;
    }

    /// <summary>Goes on with more bytes.</summary>
    /// <param name="bytes">What stands behind those before.</param>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            _sum = BitOperations.Crc32C(_sum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (byte one in bytes)
        {
            _sum = BitOperations.Crc32C(_sum, one);
        }
    }
}
