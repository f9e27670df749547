namespace Backflow.Exchange.Probes;

/// <summary>The numbers of a probe file's tensors, brought into one order: time-major, dense, in double.</summary>
internal static class ProbeTensors
{
    /// <summary>[B, T, F] as [T, B, F].</summary>
    public static double[] TimeMajor(double[] values, int batch, int timesteps, int width)
    {
        double[] ordered = new double[values.Length];
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
    public static double[] Unpacked(double[] values, long[] batchSizes, int width)
    {
        int batch = (int)batchSizes[0];
        double[] dense = new double[batchSizes.Length * batch * width];
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
    public static double[] Sorted(double[] values, long[] order, int width)
    {
        double[] sorted = new double[values.Length];
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
    public static double[] Reversed(double[] values, IReadOnlyList<int> lengths, int width)
    {
        int batch = lengths.Count;
        double[] reversed = new double[values.Length];
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
    public static double Largest(double[] values)
    {
        double largest = 0;
        foreach (double value in values)
        {
            double size = Math.Abs(value);
            largest = size <= largest ? largest : size;
        }

        return largest;
    }

    /// <summary>Some columns of [N, width]; all of them are the values themselves.</summary>
    public static double[] Columns(double[] values, int width, int begin, int count)
    {
        if (count == width)
        {
            return values;
        }

        double[] columns = new double[values.Length / width * count];
        for (int row = 0; row < values.Length / width; row++)
        {
            values.AsSpan((row * width) + begin, count).CopyTo(columns.AsSpan(row * count));
        }

        return columns;
    }

    /// <summary>Puts [N, count] into some columns of [N, width].</summary>
    public static void SetColumns(double[] target, int width, int begin, double[] columns, int count)
    {
        for (int row = 0; row < columns.Length / count; row++)
        {
            columns.AsSpan(row * count, count).CopyTo(target.AsSpan((row * width) + begin));
        }
    }
}
