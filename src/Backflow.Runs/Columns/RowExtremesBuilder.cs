using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Backflow.Tensors;

namespace Backflow.Runs.Columns;

/// <summary>Adds rows up to columns of extremes, one pass over the rows and no copy of them.</summary>
/// <param name="keepsMinimum">False where each column is one row.</param>
internal sealed class RowExtremesBuilder(bool keepsMinimum)
{
    private readonly List<long> _firstSteps = [];
    private readonly List<long> _lastSteps = [];
    private readonly List<float[]> _maximum = [];
    private readonly List<float[]> _minimum = [];
    private float[] _row = [];
    private float[] _greatest = [];
    private float[] _least = [];
    private long? _bucket;

    /// <summary>Adds the row of a step.</summary>
    /// <param name="bucket">Its column: the same as before, or a new one.</param>
    /// <param name="step">The step of the row, greater than the one before.</param>
    /// <param name="bytes">Float32, little-endian.</param>
    public void Add(long bucket, long step, ReadOnlySpan<byte> bytes)
    {
        int length = bytes.Length / sizeof(float);
        if (_row.Length != length)
        {
            _row = new float[length];
        }

        LittleEndian.ReadSingles(bytes, _row);
        if (bucket != _bucket || !keepsMinimum)
        {
            _bucket = bucket;
            _firstSteps.Add(step);
            _lastSteps.Add(step);
            _greatest = [.. _row];
            _maximum.Add(_greatest);
            if (keepsMinimum)
            {
                _least = [.. _row];
                _minimum.Add(_least);
            }

            return;
        }

        _lastSteps[^1] = step;
        if (length > _greatest.Length)
        {
            Grow(length);
        }

        Merge();
    }

    /// <summary>What was collected.</summary>
    public RowExtremes ToExtremes()
    {
        int height = _maximum.Count == 0 ? 0 : _maximum.Max(static column => column.Length);
        return new RowExtremes(
            [.. _firstSteps],
            [.. _lastSteps],
            [.. _maximum.Select(static column => column.Length)],
            height,
            ImmutableCollectionsMarshal.AsImmutableArray(Plane(_maximum, height)),
            ImmutableCollectionsMarshal.AsImmutableArray(Plane(_minimum, height)));
    }

    private static float[] Plane(List<float[]> columns, int height)
    {
        float[] plane = new float[columns.Count * height];
        for (int n = 0; n < columns.Count; n++)
        {
            Span<float> target = plane.AsSpan(n * height, height);
            columns[n].CopyTo(target);
            target[columns[n].Length..].Fill(float.NaN);
        }

        return plane;
    }

    private void Grow(int length)
    {
        int before = _greatest.Length;
        Array.Resize(ref _greatest, length);
        Array.Resize(ref _least, length);
        _row.AsSpan(before).CopyTo(_greatest.AsSpan(before));
        _row.AsSpan(before).CopyTo(_least.AsSpan(before));
        _maximum[^1] = _greatest;
        _minimum[^1] = _least;
    }

    private void Merge()
    {
        int width = Vector<float>.Count;
        int t = 0;
        for (; t <= _row.Length - width; t += width)
        {
            Vector<float> value = new(_row, t);
            Vector<float> greatest = new(_greatest, t);
            // x − x is 0 for a finite x and NaN for any other.
            Vector<float> zero = (value - value) + (greatest - greatest);
            if (Vector.EqualsAll(zero, Vector<float>.Zero))
            {
                Vector.Max(greatest, value).CopyTo(_greatest, t);
                Vector.Min(new Vector<float>(_least, t), value).CopyTo(_least, t);
            }
            else
            {
                MergeOneByOne(t, t + width);
            }
        }

        MergeOneByOne(t, _row.Length);
    }

    // The first value that is not finite stays; the least one is finite as soon as there is a finite value.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void MergeOneByOne(int begin, int end)
    {
        for (int t = begin; t < end; t++)
        {
            float value = _row[t];
            if (float.IsFinite(_greatest[t]))
            {
                _greatest[t] = float.IsFinite(value) ? MathF.Max(_greatest[t], value) : value;
            }

            if (float.IsFinite(value))
            {
                _least[t] = float.IsFinite(_least[t]) ? MathF.Min(_least[t], value) : value;
            }
        }
    }
}
