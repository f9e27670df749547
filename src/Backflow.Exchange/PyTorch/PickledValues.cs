using System.Collections.Immutable;
using Backflow.Tensors;

namespace Backflow.Exchange.PyTorch;

/// <summary>A dictionary of a pickle. Whole numbers as keys are kept as their digits.</summary>
internal sealed class PickledDictionary
{
    /// <summary>The entries in the order in which they were set.</summary>
    public OrderedDictionary<string, object?> Entries { get; } = new(StringComparer.Ordinal);
}

/// <summary>A storage that a pickle refers to: an entry of the archive.</summary>
/// <param name="Key">The last part of the entry's name.</param>
/// <param name="DataType">The type of an element.</param>
/// <param name="Count">Its elements.</param>
internal sealed record PickledStorage(string Key, TensorDataType DataType, long Count);

/// <summary>A view of a storage. None of its numbers has been checked.</summary>
/// <param name="Storage">What it looks at.</param>
/// <param name="Offset">The element where it begins.</param>
/// <param name="Shape">Its dimensions, outermost first.</param>
/// <param name="Strides">For each dimension, how many elements apart neighbours are.</param>
internal sealed record PickledTensor(
    PickledStorage Storage, long Offset, ImmutableArray<long> Shape, ImmutableArray<long> Strides);

/// <summary>The functions and classes that a pickle may call.</summary>
internal enum PickledFunction
{
    /// <summary>collections.OrderedDict.</summary>
    OrderedDictionary,

    /// <summary>torch._utils._rebuild_tensor_v2.</summary>
    RebuildTensor,

    /// <summary>torch._utils._rebuild_parameter.</summary>
    RebuildParameter,

    /// <summary>torch.Size.</summary>
    Size,
}
