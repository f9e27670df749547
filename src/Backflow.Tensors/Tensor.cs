using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Backflow.Tensors;

/// <summary>A named array of numbers, as a safetensors file holds it.</summary>
public sealed record Tensor
{
    /// <summary>Takes bytes as a tensor.</summary>
    /// <param name="name">Its name in the file.</param>
    /// <param name="dataType">The type of an element.</param>
    /// <param name="shape">Its dimensions, outermost first; empty for a single number.</param>
    /// <param name="data">The elements, little-endian, the last dimension running fastest; not copied.</param>
    /// <exception cref="ArgumentException">The bytes are more or fewer than the shape needs.</exception>
    public Tensor(string name, TensorDataType dataType, ImmutableArray<long> shape, ReadOnlyMemory<byte> data)
    {
        if (shape.Any(dimension => dimension < 0) || TensorElement.ByteCount(dataType, shape.AsSpan()) != data.Length)
        {
            throw new ArgumentException(
                $"{name} has {data.Length} bytes; expected {dataType} [{string.Join(", ", shape)}].", nameof(data));
        }

        Name = name;
        DataType = dataType;
        Shape = shape;
        Data = data;
    }

    /// <summary>The name in the file.</summary>
    public string Name { get; }

    /// <summary>The type of an element.</summary>
    public TensorDataType DataType { get; }

    /// <summary>The dimensions, outermost first; empty for a single number.</summary>
    public ImmutableArray<long> Shape { get; }

    /// <summary>The elements, little-endian, the last dimension running fastest.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>The number of elements, N: the product of the shape.</summary>
    public int Count => Data.Length / TensorElement.Bytes(DataType);

    /// <summary>Makes a tensor of type F32.</summary>
    /// <param name="name">Its name in the file.</param>
    /// <param name="shape">Its dimensions, outermost first.</param>
    /// <param name="values">[N]; copied.</param>
    /// <returns>The tensor.</returns>
    public static Tensor FromSingles(string name, ImmutableArray<long> shape, ReadOnlySpan<float> values) =>
        new(name, TensorDataType.F32, shape, LittleEndian.AsBytes(values).ToArray());

    /// <summary>Makes a tensor of type F64.</summary>
    /// <param name="name">Its name in the file.</param>
    /// <param name="shape">Its dimensions, outermost first.</param>
    /// <param name="values">[N]; copied.</param>
    /// <returns>The tensor.</returns>
    public static Tensor FromDoubles(string name, ImmutableArray<long> shape, ReadOnlySpan<double> values)
    {
        byte[] data = new byte[values.Length * sizeof(double)];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(data.AsSpan(i * sizeof(double)), values[i]);
        }

        return new Tensor(name, TensorDataType.F64, shape, data);
    }

    /// <summary>Makes a tensor of type I64.</summary>
    /// <param name="name">Its name in the file.</param>
    /// <param name="shape">Its dimensions, outermost first.</param>
    /// <param name="values">[N]; copied.</param>
    /// <returns>The tensor.</returns>
    public static Tensor FromInt64s(string name, ImmutableArray<long> shape, ReadOnlySpan<long> values)
    {
        byte[] data = new byte[values.Length * sizeof(long)];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(data.AsSpan(i * sizeof(long)), values[i]);
        }

        return new Tensor(name, TensorDataType.I64, shape, data);
    }

    /// <summary>The elements as floats.</summary>
    /// <param name="narrow">Whether an F64 tensor may lose digits; otherwise it is refused.</param>
    /// <returns>[N], a copy.</returns>
    /// <exception cref="TensorFileException">The type is not F32, F16 or BF16, nor F64 with narrow.</exception>
    public float[] ToSingles(bool narrow = false)
    {
        float[] values = GC.AllocateUninitializedArray<float>(Count);
        ReadSingles(values, narrow);
        return values;
    }

    /// <summary>Reads the elements as floats.</summary>
    /// <param name="values">[N], overwritten.</param>
    /// <param name="narrow">Whether an F64 tensor may lose digits; otherwise it is refused.</param>
    /// <exception cref="TensorFileException">The type is not F32, F16 or BF16, nor F64 with narrow.</exception>
    /// <exception cref="ArgumentException">There is room for more or fewer elements.</exception>
    public void ReadSingles(Span<float> values, bool narrow = false)
    {
        if (values.Length != Count)
        {
            throw new ArgumentException(
                $"{Name} has {Count} elements, and there is room for {values.Length}.", nameof(values));
        }

        switch (DataType)
        {
            case TensorDataType.F32:
                LittleEndian.ReadSingles(Data.Span, values);
                break;
            case TensorDataType.F64 when narrow:
                Fill(values, static (bytes, i) => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes[(8 * i)..]));
                break;
            case TensorDataType.F16:
                Fill(values, static (bytes, i) => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes[(2 * i)..]));
                break;
            case TensorDataType.BF16:
                Fill(values, static (bytes, i) => BitConverter.UInt32BitsToSingle(
                    (uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]) << 16));
                break;
            default:
                throw NotReadableAs("F32");
        }
    }

    /// <summary>The elements as doubles, which every float is exactly.</summary>
    /// <returns>[N], a copy.</returns>
    /// <exception cref="TensorFileException">The type is not F64, F32, F16 or BF16.</exception>
    public double[] ToDoubles()
    {
        double[] values = new double[Count];
        if (DataType != TensorDataType.F64)
        {
            float[] singles = ToSingles();
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = singles[i];
            }

            return values;
        }

        Fill(values, static (bytes, i) => BinaryPrimitives.ReadDoubleLittleEndian(bytes[(8 * i)..]));
        return values;
    }

    /// <summary>The elements as whole numbers.</summary>
    /// <returns>[N], a copy.</returns>
    /// <exception cref="TensorFileException">The type is not I64, I32 or U8.</exception>
    public long[] ToInt64s()
    {
        long[] values = new long[Count];
        switch (DataType)
        {
            case TensorDataType.I64:
                Fill(values, static (bytes, i) => BinaryPrimitives.ReadInt64LittleEndian(bytes[(8 * i)..]));
                break;
            case TensorDataType.I32:
                Fill(values, static (bytes, i) => BinaryPrimitives.ReadInt32LittleEndian(bytes[(4 * i)..]));
                break;
            case TensorDataType.U8:
                Fill(values, static (bytes, i) => bytes[i]);
                break;
            default:
                throw NotReadableAs("I64");
        }

        return values;
    }

    private delegate T ElementReader<T>(ReadOnlySpan<byte> bytes, int index);

    private void Fill<T>(Span<T> values, ElementReader<T> read)
    {
        ReadOnlySpan<byte> bytes = Data.Span;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = read(bytes, i);
        }
    }

    private TensorFileException NotReadableAs(string wanted) => new(
        $"Tensor {Name} is of type {TensorElement.Name(DataType)}, which is not read as {wanted}; convert it, and "
        + "write the file again.");
}
