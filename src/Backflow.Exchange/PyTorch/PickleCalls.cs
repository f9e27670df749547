using System.Collections.Immutable;
using Backflow.Tensors;

namespace Backflow.Exchange.PyTorch;

/// <summary>What the admitted functions of a pickle answer, without calling anything.</summary>
/// <param name="refusals">What is said of wrong arguments.</param>
internal sealed class PickleCalls(Refusals refusals)
{
    private const int StorageParts = 5;
    private const int MaximumRank = 64;

    /// <summary>A call with arguments: a dictionary, a tensor or a shape.</summary>
    public object Call(object? function, object? arguments) => (function, arguments) switch
    {
        (PickledFunction.OrderedDictionary, object?[] { Length: 0 }) => new PickledDictionary(),
        (PickledFunction.RebuildTensor, object?[] { Length: 6 or 7 } values) => Tensor(values),
        (PickledFunction.RebuildParameter, object?[] { Length: 3 } values) when values[0] is PickledTensor tensor =>
            tensor,
        (PickledFunction.Size, object?[] { Length: 1 } values) when values[0] is object?[] sizes => sizes,
        (PickledFunction name, _) => throw refusals.Damaged($"{name} is called with other arguments than PyTorch's"),
        _ => throw refusals.Damaged("its pickle calls something that is no function"),
    };

    /// <summary>The storage that a persistent id names: ('storage', class, key, location, count).</summary>
    public PickledStorage Storage(object? id) =>
        id is object?[] { Length: StorageParts } parts
            && parts[0] is "storage" && parts[1] is TensorDataType type && parts[2] is string key
            && parts[4] is long count && count >= 0
            ? new PickledStorage(key, type, count)
            : throw refusals.Damaged("a reference of its pickle names no storage");

    private PickledTensor Tensor(object?[] values)
    {
        // torch._utils._rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks, metadata)
        if (values[0] is not PickledStorage storage || values[1] is not long offset)
        {
            throw refusals.Damaged("a tensor has no storage or no offset");
        }

        if (values.Length == 7 && values[6] is not null and not PickledDictionary { Entries.Count: 0 })
        {
            throw refusals.NotAdmitted("a tensor that is the negative or the conjugate of its storage");
        }

        ImmutableArray<long> shape = Sizes(values[2], "size");
        ImmutableArray<long> strides = Sizes(values[3], "stride");
        return shape.Length == strides.Length
            ? new PickledTensor(storage, offset, shape, strides)
            : throw refusals.Damaged($"a tensor has {shape.Length} sizes and {strides.Length} strides");
    }

    private ImmutableArray<long> Sizes(object? value, string what) =>
        value is object?[] { Length: <= MaximumRank } sizes && sizes.All(static size => size is long)
            ? [.. sizes.Cast<long>()]
            : throw refusals.Damaged($"the {what} of a tensor is no tuple of at most {MaximumRank} whole numbers");
}
