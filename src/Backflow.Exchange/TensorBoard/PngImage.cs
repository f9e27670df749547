using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace Backflow.Exchange.TensorBoard;

/// <summary>Pictures as PNG: 8 bits each of red, green and blue.</summary>
internal static class PngImage
{
    private const int Channels = 3;
    private const byte BitsPerChannel = 8;
    private const byte Coloured = 2;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    /// <summary>Encodes a picture.</summary>
    /// <param name="width">Pixels of a line.</param>
    /// <param name="height">Lines.</param>
    /// <param name="rgb">[height, width, 3], line by line from the top.</param>
    /// <returns>The file.</returns>
    public static byte[] Encode(int width, int height, ReadOnlySpan<byte> rgb)
    {
        using MemoryStream file = new();
        file.Write(Signature);
        Span<byte> header = stackalloc byte[(2 * sizeof(int)) + 5];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[sizeof(int)..], height);

        // Compression and filter methods have one choice; the lines are not interlaced.
        ((ReadOnlySpan<byte>)[BitsPerChannel, Coloured, 0, 0, 0]).CopyTo(header[(2 * sizeof(int))..]);
        WriteChunk(file, "IHDR"u8, header);
        WriteChunk(file, "IDAT"u8, Compress(width * Channels, height, rgb));
        WriteChunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static byte[] Compress(int lineLength, int height, ReadOnlySpan<byte> rgb)
    {
        using MemoryStream packed = new();
        using (ZLibStream zlib = new(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (int line = 0; line < height; line++)
            {
                // No filter: a heatmap's lines differ.
                zlib.WriteByte(0);
                zlib.Write(rgb.Slice(line * lineLength, lineLength));
            }
        }

        return packed.ToArray();
    }

    private static void WriteChunk(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        Span<byte> number = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        file.Write(number);
        file.Write(type);
        file.Write(content);
        Crc32 sum = new();
        sum.Append(type);
        sum.Append(content);
        BinaryPrimitives.WriteUInt32BigEndian(number, sum.GetCurrentHashAsUInt32());
        file.Write(number);
    }
}
