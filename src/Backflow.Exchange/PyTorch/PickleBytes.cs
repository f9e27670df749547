using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Backflow.Exchange.PyTorch;

/// <summary>The bytes of a pickle, read from front to back; every length is held against what is left.</summary>
/// <param name="bytes">The pickle.</param>
/// <param name="refusals">What is said where it ends too early.</param>
internal sealed class PickleBytes(byte[] bytes, Refusals refusals)
{
    private const int LongestInteger = 255;
    private const int LongestLine = 1000;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private int _position;

    /// <summary>Where the next byte lies, for messages.</summary>
    public int Position => _position;

    /// <summary>The next byte.</summary>
    public byte Byte() => Take(1)[0];

    /// <summary>A number of two bytes.</summary>
    public int UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(sizeof(ushort)));

    /// <summary>A number of four bytes with a sign.</summary>
    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));

    /// <summary>A number of four bytes.</summary>
    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

    /// <summary>A number of eight bytes.</summary>
    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));

    /// <summary>A float of eight bytes, the one thing that a pickle writes big-endian.</summary>
    public double Double() => BinaryPrimitives.ReadDoubleBigEndian(Take(sizeof(double)));

    /// <summary>A whole number of a stated length: a long where one holds it.</summary>
    public object Integer(ulong length)
    {
        if (length > LongestInteger)
        {
            throw refusals.TooLarge(
                $"a number in it takes {length} bytes, and {LongestInteger} are read");
        }

        BigInteger value = new(Take(length));
        return value >= long.MinValue && value <= long.MaxValue ? (long)value : value;
    }

    /// <summary>Text of a stated length.</summary>
    public string Text(ulong length)
    {
        try
        {
            return Utf8.GetString(Take(length));
        }
        catch (DecoderFallbackException failure)
        {
            throw refusals.Damaged($"a string before byte {_position} of its pickle is no text", failure);
        }
    }

    /// <summary>Text up to the end of a line.</summary>
    public string Line()
    {
        int length = bytes.AsSpan(_position).IndexOf((byte)'\n');
        if (length is < 0 or > LongestLine)
        {
            throw refusals.Damaged($"a name at byte {_position} of its pickle does not end");
        }

        string text = Text((ulong)length);
        _position++;
        return text;
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)(bytes.Length - _position))
        {
            throw refusals.Damaged($"its pickle ends after {bytes.Length} bytes in the middle of a value");
        }

        ReadOnlySpan<byte> taken = bytes.AsSpan(_position, (int)length);
        _position += (int)length;
        return taken;
    }
}
