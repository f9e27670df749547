namespace Backflow.Tensors;

/// <summary>The element types of a safetensors file, by the names it uses for them.</summary>
public enum TensorDataType
{
    /// <summary>64-bit float.</summary>
    F64,

    /// <summary>32-bit float.</summary>
    F32,

    /// <summary>16-bit float of IEEE 754.</summary>
    F16,

    /// <summary>16-bit float with the exponent of a 32-bit one.</summary>
    BF16,

    /// <summary>64-bit whole number.</summary>
    I64,

    /// <summary>32-bit whole number.</summary>
    I32,

    /// <summary>16-bit whole number.</summary>
    I16,

    /// <summary>8-bit whole number.</summary>
    I8,

    /// <summary>64-bit whole number without a sign.</summary>
    U64,

    /// <summary>32-bit whole number without a sign.</summary>
    U32,

    /// <summary>16-bit whole number without a sign.</summary>
    U16,

    /// <summary>Byte.</summary>
    U8,

    /// <summary>True or false, a byte each.</summary>
    Bool,
}
