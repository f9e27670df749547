using System.Collections.Immutable;
using Backflow.Exchange.Onnx.Protobuf;
using Backflow.Tensors;
using Google.Protobuf;

namespace Backflow.Exchange.Onnx;

/// <summary>Makes the parts of a model: tensors, attributes, and what is said of inputs and outputs.</summary>
internal static class OnnxTensors
{
    /// <summary>The element type float32.</summary>
    public const int Single = 1;

    /// <summary>The element type int64.</summary>
    public const int Int64 = 7;

    /// <summary>A dimension of an input or output: a size, or a name for one that is known at run time.</summary>
    internal readonly record struct Dimension(int Size, string? Name)
    {
        public static implicit operator Dimension(int size) => new(size, null);

        public static implicit operator Dimension(string name) => new(0, name);
    }

    public static TensorProto Singles(string name, ImmutableArray<long> shape, ReadOnlySpan<float> values)
    {
        TensorProto tensor = new()
        {
            Name = name,
            DataType = Single,
            RawData = ByteString.CopyFrom(LittleEndian.AsBytes(values)),
        };
        tensor.Dims.AddRange(shape);
        return tensor;
    }

    public static TensorProto Int64s(string name, ImmutableArray<long> shape, ReadOnlySpan<long> values)
    {
        TensorProto tensor = new() { Name = name, DataType = Int64 };
        tensor.Dims.AddRange(shape);
        foreach (long value in values)
        {
            tensor.Int64Data.Add(value);
        }

        return tensor;
    }

    public static ValueInfoProto Describe(string name, int type, ReadOnlySpan<Dimension> shape)
    {
        TensorShapeProto dimensions = new();
        foreach (Dimension dimension in shape)
        {
            dimensions.Dim.Add(dimension.Name is string text
                ? new DimensionProto { DimParam = text }
                : new DimensionProto { DimValue = dimension.Size });
        }

        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TensorTypeProto { ElemType = type, Shape = dimensions } },
        };
    }

    public static AttributeProto Whole(string name, long value) =>
        new() { Name = name, Type = AttributeType.Int, I = value };

    public static AttributeProto Wholes(string name, ReadOnlySpan<long> values)
    {
        AttributeProto attribute = new() { Name = name, Type = AttributeType.Ints };
        foreach (long value in values)
        {
            attribute.Ints.Add(value);
        }

        return attribute;
    }

    public static AttributeProto Text(string name, string value) =>
        new() { Name = name, Type = AttributeType.String, S = ByteString.CopyFromUtf8(value) };

    public static AttributeProto Texts(string name, ImmutableArray<string> values)
    {
        AttributeProto attribute = new() { Name = name, Type = AttributeType.Strings };
        attribute.Strings.AddRange(values.Select(ByteString.CopyFromUtf8));
        return attribute;
    }
}
