using System.Runtime.InteropServices;
using Backflow.Tensors;

namespace Backflow.Runs.Columns;

/// <summary>Collects rows into the columns of a series.</summary>
internal sealed class RowSeriesBuilder(string metric, int layer)
{
    private readonly List<long> _steps = [];
    private readonly List<int> _offsets = [0];
    private readonly List<float> _values = [];

    /// <summary>Adds the row of a step.</summary>
    /// <param name="step">The step, greater than the one before.</param>
    /// <param name="bytes">The row as the store holds it: four bytes per value, little-endian.</param>
    public void Add(long step, ReadOnlySpan<byte> bytes)
    {
        int start = _values.Count;
        int length = bytes.Length / sizeof(float);
        CollectionsMarshal.SetCount(_values, checked(start + length));
        LittleEndian.ReadSingles(bytes, CollectionsMarshal.AsSpan(_values).Slice(start, length));
        _steps.Add(step);
        _offsets.Add(_values.Count);
    }

    /// <summary>What was collected.</summary>
    public RowSeries ToSeries() => new(
        metric,
        layer,
        ImmutableCollectionsMarshal.AsImmutableArray(_steps.ToArray()),
        ImmutableCollectionsMarshal.AsImmutableArray(_offsets.ToArray()),
        ImmutableCollectionsMarshal.AsImmutableArray(_values.ToArray()));
}
