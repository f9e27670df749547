using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Backflow.Exchange.Tests.TensorBoard;

/// <summary>Reads pictures of 8-bit red, green and blue without filters, by the PNG specification.</summary>
internal static class DecodedPng
{
    /// <summary>The picture, line by line, after its sizes and checksums were checked.</summary>
    public static byte[] Read(ReadOnlySpan<byte> file, int width, int height)
    {
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], file[..8].ToArray());
        file = file[8..];
        using MemoryStream packed = new();
        List<string> types = [];
        while (!file.IsEmpty)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file);
            string type = Encoding.ASCII.GetString(file.Slice(4, 4));
            ReadOnlySpan<byte> content = file.Slice(8, length);
            Assert.Equal(
                Checksum(file.Slice(4, 4 + length)), BinaryPrimitives.ReadUInt32BigEndian(file[(8 + length)..]));
            types.Add(type);
            if (type == "IHDR")
            {
                Assert.Equal(width, BinaryPrimitives.ReadInt32BigEndian(content));
                Assert.Equal(height, BinaryPrimitives.ReadInt32BigEndian(content[4..]));
                Assert.Equal([8, 2, 0, 0, 0], content[8..].ToArray());
            }
            else if (type == "IDAT")
            {
                packed.Write(content);
            }

            file = file[(12 + length)..];
        }

        Assert.Equal(["IHDR", "IDAT", "IEND"], types);
        packed.Position = 0;
        using ZLibStream lines = new(packed, CompressionMode.Decompress);
        byte[] rgb = new byte[3 * width * height];
        for (int line = 0; line < height; line++)
        {
            Assert.Equal(0, lines.ReadByte());
            lines.ReadExactly(rgb, 3 * width * line, 3 * width);
        }

        Assert.Equal(-1, lines.ReadByte());
        return rgb;
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint sum = uint.MaxValue;
        foreach (byte one in bytes)
        {
            sum ^= one;
            for (int bit = 0; bit < 8; bit++)
            {
                sum = (sum >> 1) ^ ((sum & 1) == 1 ? 0xEDB88320u : 0);
            }
        }

        return ~sum;
    }
}
