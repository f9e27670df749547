using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Backflow.Exchange.Onnx.Protobuf;
using Google.Protobuf;

namespace Backflow.Exchange.Onnx;

/// <summary>Reads NumPy's files of one array: float32, float64, int32 and int64, little-endian, in C order.</summary>
/// <remarks>NumPy's documentation, numpy.lib.format, versions 1.0 to 3.0.</remarks>
internal static partial class NpyFile
{
    private const string Magic = "\u0093NUMPY";

    // Magic and version.
    private const int Prefix = 8;

    private static readonly ImmutableDictionary<string, (int Type, int Bytes)> Types =
        new Dictionary<string, (int, int)>
        {
            ["<f4"] = (OnnxTensors.Single, 4),
            ["<f8"] = (OnnxTensor.Double, 8),
            ["<i4"] = (OnnxTensor.Int32, 4),
            ["<i8"] = (OnnxTensors.Int64, 8),
        }.ToImmutableDictionary();

    /// <summary>Reads a file's bytes.</summary>
    /// <param name="bytes">The content.</param>
    /// <param name="name">What the tensor is called.</param>
    /// <param name="refusal">Names the file.</param>
    /// <exception cref="ExchangeException">It is something else.</exception>
    public static OnnxTensor Read(ReadOnlySpan<byte> bytes, string name, OnnxRefusal refusal)
    {
        if (bytes.Length < Prefix + 4 || Encoding.Latin1.GetString(bytes[..6]) != Magic || bytes[6] is < 1 or > 3)
        {
            throw refusal.Of("it is no npy file of version 1 to 3");
        }

        int begin = Prefix + (bytes[6] == 1 ? 2 : 4);
        long length = bytes[6] == 1
            ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[Prefix..])
            : BinaryPrimitives.ReadUInt32LittleEndian(bytes[Prefix..]);
        if (begin + length > bytes.Length)
        {
            throw refusal.Of("it ends within its header");
        }

        string header = Encoding.Latin1.GetString(bytes.Slice(begin, (int)length));
        string type = TypeField().Match(header).Groups[1].Value;
        Match shape = ShapeField().Match(header);
        if (!Types.TryGetValue(type, out (int Type, int Bytes) element))
        {
            throw refusal.Of(
                $"its elements are {OnnxRefusal.Quote(type)}, and {string.Join(", ", Types.Keys.Order())} are read");
        }

        if (!OrderField().IsMatch(header) || !shape.Success)
        {
            throw refusal.Of("its array is in Fortran order, or has no shape");
        }

        TensorProto proto = new() { Name = name, DataType = element.Type };
        foreach (string size in shape.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries
            | StringSplitOptions.RemoveEmptyEntries))
        {
            proto.Dims.Add(long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out long count)
                ? count
                : throw refusal.Of($"its shape has {OnnxRefusal.Quote(size)}"));
        }

        proto.RawData = ByteString.CopyFrom(bytes[(begin + (int)length)..]);
        OnnxTensor tensor = OnnxTensor.Read(proto, refusal);
        return (long)tensor.Count * element.Bytes == proto.RawData.Length
            ? tensor
            : throw refusal.Of(
                $"it has {proto.RawData.Length} bytes of numbers, and its shape {OnnxTensor.ShapeText(tensor.Shape)} "
                + $"needs {(long)tensor.Count * element.Bytes}");
    }

    [GeneratedRegex("'descr': *'([^']{1,8})'")]
    private static partial Regex TypeField();

    [GeneratedRegex("'fortran_order': *False")]
    private static partial Regex OrderField();

    [GeneratedRegex(@"'shape': *\(([^)]{0,200})\)")]
    private static partial Regex ShapeField();
}
