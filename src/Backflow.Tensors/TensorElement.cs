namespace Backflow.Tensors;

/// <summary>The size and the spelling of element types.</summary>
internal static class TensorElement
{
    private static readonly (TensorDataType Type, string Name, int Bytes)[] Elements =
    [
        (TensorDataType.F64, "F64", 8),
        (TensorDataType.F32, "F32", 4),
        (TensorDataType.F16, "F16", 2),
        (TensorDataType.BF16, "BF16", 2),
        (TensorDataType.I64, "I64", 8),
        (TensorDataType.I32, "I32", 4),
        (TensorDataType.I16, "I16", 2),
        (TensorDataType.I8, "I8", 1),
        (TensorDataType.U64, "U64", 8),
        (TensorDataType.U32, "U32", 4),
        (TensorDataType.U16, "U16", 2),
        (TensorDataType.U8, "U8", 1),
        (TensorDataType.Bool, "BOOL", 1),
    ];

    /// <summary>Every spelling, for messages.</summary>
    public static string AllNames { get; } = string.Join(", ", Elements.Select(element => element.Name));

    /// <summary>The spelling in a header.</summary>
    public static string Name(TensorDataType type) => Elements[(int)type].Name;

    /// <summary>The size of one element.</summary>
    public static int Bytes(TensorDataType type) => Elements[(int)type].Bytes;

    /// <summary>Finds the type of a spelling.</summary>
    public static bool TryParse(string name, out TensorDataType type)
    {
        int index = Array.FindIndex(Elements, element => element.Name == name);
        type = index < 0 ? default : Elements[index].Type;
        return index >= 0;
    }

    /// <summary>The bytes of a shape, or null where they are more than a file can have.</summary>
    public static long? ByteCount(TensorDataType type, ReadOnlySpan<long> shape)
    {
        // A dimension of 0 empties the tensor, whatever the others say.
        Int128 count = Bytes(type);
        bool overflows = false;
        foreach (long dimension in shape)
        {
            count = overflows && dimension != 0 ? count : count * dimension;
            overflows = count > long.MaxValue;
        }

        return overflows ? null : (long)count;
    }
}
