using Backflow.Tensors;

namespace Backflow.Exchange.PyTorch;

/// <summary>The closed table of names that a pickle may mention. Nothing is ever made of another one.</summary>
internal static class PickledNames
{
    private static readonly Dictionary<string, object> Admitted = new(StringComparer.Ordinal)
    {
        ["collections.OrderedDict"] = PickledFunction.OrderedDictionary,
        ["torch._utils._rebuild_tensor_v2"] = PickledFunction.RebuildTensor,
        ["torch._utils._rebuild_parameter"] = PickledFunction.RebuildParameter,
        ["torch.Size"] = PickledFunction.Size,
        ["torch.DoubleStorage"] = TensorDataType.F64,
        ["torch.FloatStorage"] = TensorDataType.F32,
        ["torch.HalfStorage"] = TensorDataType.F16,
        ["torch.BFloat16Storage"] = TensorDataType.BF16,
        ["torch.LongStorage"] = TensorDataType.I64,
        ["torch.IntStorage"] = TensorDataType.I32,
        ["torch.ShortStorage"] = TensorDataType.I16,
        ["torch.CharStorage"] = TensorDataType.I8,
        ["torch.ByteStorage"] = TensorDataType.U8,
        ["torch.BoolStorage"] = TensorDataType.Bool,
    };

    private static readonly Dictionary<string, string> Refused = new(StringComparer.Ordinal)
    {
        ["torch._utils._rebuild_sparse_tensor"] = "a sparse tensor",
        ["torch._utils._rebuild_sparse_csr_tensor"] = "a sparse tensor",
        ["torch._utils._rebuild_qtensor"] = "a quantized tensor",
        ["torch._utils._rebuild_meta_tensor_no_storage"] = "a tensor without numbers, of the device 'meta'",
        ["torch._utils._rebuild_tensor_v3"] = "a tensor of a type that only newer versions of PyTorch have",
        ["torch._utils._rebuild_parameter_with_state"] = "a parameter with attributes of its own",
        ["torch._tensor._rebuild_from_type_v2"] = "a tensor of a class of its own",
        ["torch.storage.UntypedStorage"] = "a storage without a type",
        ["torch.storage.TypedStorage"] = "a storage without a tensor",
        ["torch.ComplexFloatStorage"] = "complex numbers",
        ["torch.ComplexDoubleStorage"] = "complex numbers",
        ["torch.device"] = "a torch.device",
        ["_codecs.encode"] = "bytes",
        ["__builtin__.set"] = "a set",
        ["builtins.set"] = "a set",
    };

    /// <summary>Looks a name up.</summary>
    /// <returns>A <see cref="PickledFunction"/>, or the <see cref="TensorDataType"/> of a class of storages.</returns>
    /// <exception cref="ExchangeException">It is not in the table; the message has the name.</exception>
    public static object Find(string module, string name, Refusals refusals)
    {
        string full = $"{module}.{name}";
        if (Admitted.TryGetValue(full, out object? admitted))
        {
            return admitted;
        }

        throw refusals.NotAdmitted(
            Refused.TryGetValue(full, out string? what) ? $"{what} ({full})"
            : module.StartsWith("torch.nn.", StringComparison.Ordinal)
                ? $"a whole pickled model, with an object of the class {Refusals.Quoted(full)}"
            : $"the class or function {Refusals.Quoted(full)}, as a whole pickled model does");
    }
}
