using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Backflow.Tensors;

/// <summary>Numbers as the bytes that every file of a run holds, and back.</summary>
public static class LittleEndian
{
    /// <summary>
    /// Floats as bytes: the memory itself where the machine is little-endian, as all supported ones are.
    /// </summary>
    public static ReadOnlySpan<byte> AsBytes(ReadOnlySpan<float> values)
    {
        if (BitConverter.IsLittleEndian)
        {
            return MemoryMarshal.AsBytes(values);
        }

        byte[] bytes = new byte[values.Length * sizeof(float)];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        }

        return bytes;
    }

    /// <summary>Reads floats.</summary>
    /// <param name="bytes">Four bytes per value.</param>
    /// <param name="values">[N], overwritten.</param>
    public static void ReadSingles(ReadOnlySpan<byte> bytes, Span<float> values)
    {
        if (BitConverter.IsLittleEndian)
        {
            bytes[..(values.Length * sizeof(float))].CopyTo(MemoryMarshal.AsBytes(values));
            return;
        }

        for (int i = 0; i < values.Length; i++)
        {
            values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * sizeof(float))..]);
        }
    }
}
