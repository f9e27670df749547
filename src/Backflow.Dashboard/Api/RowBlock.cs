using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Backflow.Runs.Columns;

namespace Backflow.Dashboard.Api;

/// <summary>A picture of rows as bytes, little-endian.</summary>
/// <remarks>
/// <code>
/// int32    magic "BFH1", columns N, timesteps T, planes (1: exact rows, 2: greatest and least of each bucket)
/// float64  first step [N], last step [N]
/// int32    length of the longest row [N]
/// float32  greatest [N, T], and least [N, T] where there are two planes
/// </code>
/// </remarks>
internal static class RowBlock
{
    public const int Magic = 0x4246_4831;
    private const int HeaderLength = 16;

    public static byte[] Write(RowExtremes picture)
    {
        int planes = picture.Minimum.IsEmpty ? 1 : 2;
        int cells = picture.Count * picture.Height;
        byte[] block = new byte[HeaderLength + (picture.Count * 20) + (planes * cells * sizeof(float))];
        Span<byte> rest = block;
        foreach (int field in (ReadOnlySpan<int>)[Magic, picture.Count, picture.Height, planes])
        {
            BinaryPrimitives.WriteInt32LittleEndian(rest, field);
            rest = rest[sizeof(int)..];
        }

        foreach (long step in (ReadOnlySpan<long>)[.. picture.FirstSteps, .. picture.LastSteps])
        {
            BinaryPrimitives.WriteDoubleLittleEndian(rest, step);
            rest = rest[sizeof(double)..];
        }

        foreach (int length in picture.Lengths)
        {
            BinaryPrimitives.WriteInt32LittleEndian(rest, length);
            rest = rest[sizeof(int)..];
        }

        MemoryMarshal.AsBytes(picture.Maximum.AsSpan()).CopyTo(rest);
        MemoryMarshal.AsBytes(picture.Minimum.AsSpan()).CopyTo(rest[(cells * sizeof(float))..]);
        return block;
    }
}
