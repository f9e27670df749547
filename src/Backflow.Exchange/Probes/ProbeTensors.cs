using System.Numerics;
using System.Numerics.Tensors;

namespace Backflow.Exchange.Probes;

/// <summary>The numbers of a probe file's tensors, brought into one order: time-major, dense.</summary>
internal static class ProbeTensors
{
    /// <summary>The numbers of a tensor, in the type that computes.</summary>
    public static T[] Values<T>(Backflow.Tensors.Tensor tensor, SampleRoom room)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) != typeof(float))
        {
            return (T[])(object)tensor.ToDoubles();
        }

        float[] values = room.Take<float>(tensor.Count);
        tensor.ReadSingles(values, narrow: true);
        return (T[])(object)values;
    }

    /// <summary>[B, T, F] as [T, B, F].</summary>
    public static T[] TimeMajor<T>(T[] values, int batch, int timesteps, int width, SampleRoom room)
    {
        T[] ordered = room.Take<T>(values.Length);
        for (int row = 0; row < batch; row++)
        {
            for (int t = 0; t < timesteps; t++)
            {
                values.AsSpan(((row * timesteps) + t) * width, width)
                    .CopyTo(ordered.AsSpan(((t * batch) + row) * width));
            }
        }

        return ordered;
    }

    /// <summary>[ΣL, F] of a packed batch as [T, B, F], zeros beyond the ends.</summary>
    public static T[] Unpacked<T>(T[] values, long[] batchSizes, int width)
    {
        int batch = (int)batchSizes[0];
        T[] dense = new T[batchSizes.Length * batch * width];
        int from = 0;
        for (int t = 0; t < batchSizes.Length; t++)
        {
            int count = (int)batchSizes[t] * width;
            values.AsSpan(from, count).CopyTo(dense.AsSpan(t * batch * width));
            from += count;
        }

        return dense;
    }

    /// <summary>[N, B, F] with the rows of each N in another order: row i is what was row order[i].</summary>
    public static T[] Sorted<T>(T[] values, long[] order, int width)
    {
        T[] sorted = new T[values.Length];
        int batch = order.Length;
        for (int block = 0; block < values.Length / (batch * width); block++)
        {
            for (int row = 0; row < batch; row++)
            {
                values.AsSpan(((block * batch) + (int)order[row]) * width, width)
                    .CopyTo(sorted.AsSpan(((block * batch) + row) * width));
            }
        }

        return sorted;
    }

    /// <summary>[T, B, F] with every sequence read from its end.</summary>
    public static T[] Reversed<T>(T[] values, IReadOnlyList<int> lengths, int width)
    {
        int batch = lengths.Count;
        T[] reversed = new T[values.Length];
        for (int row = 0; row < batch; row++)
        {
            for (int t = 0; t < lengths[row]; t++)
            {
                int from = lengths[row] - 1 - t;
                values.AsSpan(((from * batch) + row) * width, width)
                    .CopyTo(reversed.AsSpan(((t * batch) + row) * width));
            }
        }

        return reversed;
    }

    /// <summary>The largest magnitude; NaN where one is not a number, 0 of none.</summary>
    public static double Largest<T>(T[] values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        values.Length == 0 ? 0 : double.CreateChecked(T.Abs(TensorPrimitives.MaxMagnitude<T>(values)));

    /// <summary>Some columns of [N, width]; all of them are the values themselves.</summary>
    public static T[] Columns<T>(T[] values, int width, int begin, int count)
    {
        if (count == width)
        {
            return values;
        }

        T[] columns = new T[values.Length / width * count];
        for (int row = 0; row < values.Length / width; row++)
        {
            values.AsSpan((row * width) + begin, count).CopyTo(columns.AsSpan(row * count));
        }

        return columns;
    }

    /// <summary>Puts [N, count] into some columns of [N, width].</summary>
    public static void SetColumns<T>(T[] target, int width, int begin, T[] columns, int count)
    {
        for (int row = 0; row < columns.Length / count; row++)
        {
            columns.AsSpan(row * count, count).CopyTo(target.AsSpan((row * width) + begin));
        }
    }

    /// <summary>Divides every number, in place.</summary>
    public static T[] Divided<T>(T[] values, double divisor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; divisor != 1 && i < values.Length; i++)
        {
            values[i] = T.CreateTruncating(double.CreateTruncating(values[i]) / divisor);
        }

        return values;
    }
}
