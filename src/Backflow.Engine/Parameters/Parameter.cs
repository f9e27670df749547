using System.Collections.Immutable;

namespace Backflow.Engine;

/// <summary>One named parameter of a model and its place in the model's one buffer.</summary>
/// <remarks>
/// A bias of [G·H] is a matrix of one column; an embedding of [V, E] is a matrix of V columns of one gate with E
/// units, transposed, so that one symbol's vector is contiguous.
/// </remarks>
public sealed class Parameter
{
    internal Parameter(string name, ImmutableArray<int> shape, PanelLayout storage, int offset, bool isTransposed)
    {
        Name = name;
        Shape = shape;
        Storage = storage;
        Offset = offset;
        IsTransposed = isTransposed;
    }

    /// <summary>PyTorch's name: <c>weight_hh_l0</c>, <c>head.bias</c>, ….</summary>
    public string Name { get; }

    /// <summary>The shape in PyTorch's order.</summary>
    public ImmutableArray<int> Shape { get; }

    /// <summary>Elements in PyTorch's order.</summary>
    public int Count => Shape.Aggregate(1, static (product, size) => product * size);

    /// <summary>
    /// Where it lies in the buffers of parameters, gradients and optimizer states, with the zeros that pad it.
    /// </summary>
    public Range Range => Offset..(Offset + Storage.Length);

    /// <summary>How its elements are laid out.</summary>
    internal PanelLayout Storage { get; }

    /// <summary>Where it begins in each buffer.</summary>
    internal int Offset { get; }

    /// <summary>Whether PyTorch's shape is the transpose of the stored matrix (the embedding).</summary>
    internal bool IsTransposed { get; }

    /// <summary>Copies this parameter out of a model's buffer.</summary>
    /// <param name="buffer">Parameters, gradients or optimizer state of the whole model.</param>
    /// <param name="values">[<see cref="Count"/>] in PyTorch's order, overwritten.</param>
    public void Export(ReadOnlySpan<float> buffer, Span<float> values)
    {
        ShapeGuard.HasLength(values.Length, Count, nameof(values), Name);
        ReadOnlySpan<float> storage = buffer[Range];
        if (!IsTransposed)
        {
            Storage.Export(storage, values);
            return;
        }

        for (int row = 0; row < Shape[0]; row++)
        {
            for (int unit = 0; unit < Shape[1]; unit++)
            {
                values[(row * Shape[1]) + unit] = storage[Storage.IndexOf(0, unit, row)];
            }
        }
    }

    /// <summary>Copies this parameter into a model's buffer.</summary>
    /// <param name="values">[<see cref="Count"/>] in PyTorch's order.</param>
    /// <param name="buffer">Parameters, gradients or optimizer state of the whole model.</param>
    public void Import(ReadOnlySpan<float> values, Span<float> buffer)
    {
        ShapeGuard.HasLength(values.Length, Count, nameof(values), Name);
        Span<float> storage = buffer[Range];
        if (!IsTransposed)
        {
            Storage.Import(values, storage);
            return;
        }

        storage.Clear();
        for (int row = 0; row < Shape[0]; row++)
        {
            for (int unit = 0; unit < Shape[1]; unit++)
            {
                storage[Storage.IndexOf(0, unit, row)] = values[(row * Shape[1]) + unit];
            }
        }
    }
}
