namespace Backflow.Experiments.Benchmarks;

/// <summary>Numbers of one quantity, measured again and again.</summary>
internal sealed class Samples
{
    private readonly List<double> _values = [];

    public int Count => _values.Count;

    public double Minimum => _values.Min();

    /// <summary>The middle value; between two middle ones their mean.</summary>
    public double Median
    {
        get
        {
            double[] sorted = [.. _values];
            Array.Sort(sorted);
            int middle = sorted.Length / 2;
            return sorted.Length % 2 == 1 ? sorted[middle] : 0.5 * (sorted[middle - 1] + sorted[middle]);
        }
    }

    public void Add(double value) => _values.Add(value);
}
