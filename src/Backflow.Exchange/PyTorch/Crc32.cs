using System.Buffers.Binary;

namespace Backflow.Exchange.PyTorch;

/// <summary>The checksum of a zip entry: CRC-32 with the polynomial 0xEDB88320.</summary>
/// <remarks>
/// PKWARE's APPNOTE.TXT, 4.4.7. System.IO.Compression does not compare it. Eight bytes at once, each by a table of its
/// own, as in Kounavis and Berry 2005, "A systematic approach to building high performance, software-based, CRC
/// generators".
/// </remarks>
internal static class Crc32
{
    private const int Block = 8;

    // Table k has the checksum of a byte that k zero bytes follow.
    private static readonly uint[][] Tables = MakeTables();

    /// <summary>The checksum of bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        for (; bytes.Length >= Block; bytes = bytes[Block..])
        {
            uint low = crc ^ BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            uint high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[sizeof(uint)..]);
            crc = Four(low, 4) ^ Four(high, 0);
        }

        foreach (byte value in bytes)
        {
            crc = Tables[0][(byte)(crc ^ value)] ^ (crc >> 8);
        }

        return ~crc;
    }

    private static uint Four(uint bytes, int following) =>
        Tables[following + 3][(byte)bytes] ^ Tables[following + 2][(byte)(bytes >> 8)]
        ^ Tables[following + 1][(byte)(bytes >> 16)] ^ Tables[following][bytes >> 24];

    private static uint[][] MakeTables()
    {
        uint[][] tables = new uint[Block][];
        tables[0] = [.. Enumerable.Range(0, 256).Select(static value => Shifted((uint)value))];
        for (int k = 1; k < Block; k++)
        {
            uint[] before = tables[k - 1];
            tables[k] = [.. before.Select(crc => tables[0][(byte)crc] ^ (crc >> 8))];
        }

        return tables;
    }

    private static uint Shifted(uint value)
    {
        for (int bit = 0; bit < 8; bit++)
        {
            value = (value & 1) == 0 ? value >> 1 : (value >> 1) ^ 0xEDB88320;
        }

        return value;
    }
}
