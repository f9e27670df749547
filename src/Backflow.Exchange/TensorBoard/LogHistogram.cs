namespace Backflow.Exchange.TensorBoard;

/// <summary>How values spread over powers of ten: bins of log₁₀|v|, and counts of what has no logarithm.</summary>
public sealed class LogHistogram
{
    // From the least float above 0, 1.4e-45, to the greatest, 3.4e38.
    private const int LeastDecade = -45;
    private const int MostDecade = 39;
    private const int BinsPerDecade = 4;

    private readonly long[] _bins = new long[(MostDecade - LeastDecade) * BinsPerDecade];

    /// <summary>Values that are exactly 0.</summary>
    public long Zeros { get; private set; }

    /// <summary>NaN and infinities.</summary>
    public long NotFinite { get; private set; }

    /// <summary>Values that are in a bin.</summary>
    public long Binned { get; private set; }

    internal double Minimum { get; private set; }

    internal double Maximum { get; private set; }

    internal double Sum { get; private set; }

    internal double SumOfSquares { get; private set; }

    /// <summary>Counts one row, and forgets the one before.</summary>
    /// <param name="values">Any values.</param>
    public void Count(ReadOnlySpan<float> values)
    {
        Array.Clear(_bins);
        (Zeros, NotFinite, Binned, Sum, SumOfSquares) = (0, 0, 0, 0, 0);
        (Minimum, Maximum) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
            {
                NotFinite++;
            }
            else if (value == 0)
            {
                Zeros++;
            }
            else
            {
                double exponent = Math.Log10(Math.Abs((double)value));
                _bins[Math.Clamp(BinOf(exponent), 0, _bins.Length - 1)]++;
                Binned++;
                Sum += exponent;
                SumOfSquares += exponent * exponent;
                Minimum = Math.Min(Minimum, exponent);
                Maximum = Math.Max(Maximum, exponent);
            }
        }
    }

    /// <summary>The bins from the first to the last that has values: upper ends and counts.</summary>
    internal IEnumerable<(double Limit, long Count)> Bins()
    {
        int first = Array.FindIndex(_bins, static count => count > 0);
        int last = Array.FindLastIndex(_bins, static count => count > 0);
        for (int bin = first; bin >= 0 && bin <= last; bin++)
        {
            yield return (LeastDecade + ((bin + 1) / (double)BinsPerDecade), _bins[bin]);
        }
    }

    // An upper end belongs to its bin, as in TensorBoard.
    private static int BinOf(double exponent) => (int)Math.Ceiling((exponent - LeastDecade) * BinsPerDecade) - 1;
}
