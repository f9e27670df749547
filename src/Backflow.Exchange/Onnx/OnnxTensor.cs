using System.Buffers.Binary;
using System.Collections.Immutable;
using Backflow.Exchange.Onnx.Protobuf;
using Backflow.Tensors;

namespace Backflow.Exchange.Onnx;

/// <summary>Numbers that a model or a file beside it holds.</summary>
internal sealed class OnnxTensor
{
    // By number.
    private static readonly ImmutableArray<string> TypeNames =
    [
        "undefined", "float32", "uint8", "int8", "uint16", "int16", "int32", "int64", "string", "bool", "float16",
        "float64", "uint32", "uint64", "complex64", "complex128", "bfloat16",
    ];

    private readonly TensorProto _proto;
    private readonly OnnxRefusal _refusal;

    private OnnxTensor(TensorProto proto, int count, OnnxRefusal refusal)
    {
        _proto = proto;
        _refusal = refusal;
        Count = count;
        Shape = [.. proto.Dims];
    }

    /// <summary>The element type int32.</summary>
    public const int Int32 = 6;

    /// <summary>The element type bool.</summary>
    public const int Bool = 9;

    /// <summary>The element type float16.</summary>
    public const int Half = 10;

    /// <summary>The element type float64.</summary>
    public const int Double = 11;

    /// <summary>What messages call it.</summary>
    public string Title => OnnxRefusal.Quote(_proto.Name);

    /// <summary>The dimensions, outermost first.</summary>
    public ImmutableArray<long> Shape { get; }

    /// <summary>Elements: the product of the shape.</summary>
    public int Count { get; }

    /// <summary>The element type's number.</summary>
    public int Type => _proto.DataType;

    /// <summary>Whether the elements are whole numbers or true and false.</summary>
    public bool IsWhole => Type is OnnxTensors.Int64 or Int32 or Bool;

    /// <summary>Takes a tensor of a file; its elements are looked at when they are asked for.</summary>
    /// <exception cref="ExchangeException">Its elements lie in another file, or are more than memory has.</exception>
    public static OnnxTensor Read(TensorProto proto, OnnxRefusal refusal)
    {
        if (proto.DataLocation != 0 || proto.ExternalData.Count > 0)
        {
            throw refusal.Of(
                $"the numbers of {OnnxRefusal.Quote(proto.Name)} lie in another file (external data), which is not "
                + "read");
        }

        Int128 count = 1;
        foreach (long dimension in proto.Dims)
        {
            count *= dimension;
            if (dimension < 0 || count > int.MaxValue)
            {
                throw refusal.Of($"{OnnxRefusal.Quote(proto.Name)} has an impossible shape, {ShapeText(proto.Dims)}");
            }
        }

        return new OnnxTensor(proto, (int)count, refusal);
    }

    /// <summary>A shape as messages show it.</summary>
    public static string ShapeText(IEnumerable<long> shape) => $"[{string.Join(", ", shape.Take(8))}]";

    /// <summary>The name of an element type.</summary>
    public static string NameOf(int type) =>
        type >= 0 && type < TypeNames.Length ? TypeNames[type] : $"number {type}";

    /// <summary>The elements, float16 widened.</summary>
    /// <exception cref="ExchangeException">They are of another type, or not as many as the shape says.</exception>
    public float[] Singles()
    {
        switch (Type)
        {
            case OnnxTensors.Single when _proto.RawData.Length == 0:
                return [.. Counted(_proto.FloatData)];
            case OnnxTensors.Single:
                // First the check: a shape alone may ask for any amount of memory.
                ReadOnlySpan<byte> bytes = Raw(sizeof(float));
                float[] values = new float[Count];
                LittleEndian.ReadSingles(bytes, values);
                return values;
            case Half when _proto.RawData.Length == 0:
                return
                [
                    .. Counted(_proto.Int32Data)
                        .Select(static bits => (float)BitConverter.UInt16BitsToHalf(unchecked((ushort)bits))),
                ];
            case Half:
                return Fill(Raw(2), 2, static bytes => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes));
            default:
                throw _refusal.Of($"{Title} is of type {NameOf(Type)}, and float32 and float16 are read");
        }
    }

    /// <summary>The elements in double, of float64 too.</summary>
    public double[] Doubles() => Type != Double ? [.. Singles().Select(static value => (double)value)]
        : _proto.RawData.Length == 0 ? [.. Counted(_proto.DoubleData)]
        : Fill(Raw(8), 8, static bytes => BinaryPrimitives.ReadDoubleLittleEndian(bytes));

    /// <summary>The elements as whole numbers.</summary>
    /// <exception cref="ExchangeException">They are of another type, or not as many as the shape says.</exception>
    public long[] Int64s() => Type switch
    {
        OnnxTensors.Int64 when _proto.RawData.Length == 0 => [.. Counted(_proto.Int64Data)],
        OnnxTensors.Int64 => Fill(Raw(8), 8, static bytes => BinaryPrimitives.ReadInt64LittleEndian(bytes)),
        Int32 or Bool when _proto.RawData.Length == 0 => [.. Counted(_proto.Int32Data).Select(static one => (long)one)],
        Int32 => Fill(Raw(4), 4, static bytes => (long)BinaryPrimitives.ReadInt32LittleEndian(bytes)),
        Bool => Fill(Raw(1), 1, static bytes => (long)bytes[0]),
        _ => throw _refusal.Of($"{Title} is of type {NameOf(Type)}, and whole numbers are needed"),
    };

    private delegate T ElementReader<T>(ReadOnlySpan<byte> bytes);

    private T[] Fill<T>(ReadOnlySpan<byte> bytes, int size, ElementReader<T> read)
    {
        T[] values = new T[Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = read(bytes.Slice(i * size, size));
        }

        return values;
    }

    private ReadOnlySpan<byte> Raw(int size) => _proto.RawData.Length == (long)Count * size
        ? _proto.RawData.Span
        : throw Wrong(_proto.RawData.Length / (double)size);

    private IReadOnlyCollection<T> Counted<T>(IReadOnlyCollection<T> values) =>
        values.Count == Count ? values : throw Wrong(values.Count);

    private ExchangeException Wrong(double count) => _refusal.Of(
        $"{Title} has {count} numbers, and its shape {ShapeText(Shape)} needs {Count}");
}
