using System.Numerics;

namespace Backflow.Runs.Recording;

/// <summary>Decides which rows of a column stay when a run is long.</summary>
/// <remarks>
/// Steps are cut into buckets whose width is a function of the step alone: 1 up to twice the number of buckets per
/// doubling, then 2, 4, 8 … so that each doubling of the steps adds the same number of buckets. Of a bucket stay the
/// first row, the rows with its largest and its smallest finite value, and the first row with a value that is not
/// finite; the newest row of all stays until the next one comes. So the disk grows with the logarithm of the steps, no
/// extreme is lost, and a run that goes on from a checkpoint ends with the rows that it would have had without.
/// </remarks>
internal sealed class RowThinning
{
    private readonly long _bucketsPerDoubling;
    private readonly List<Kept> _rows = [];
    private long _bucket = -1;

    /// <param name="bucketsPerDoubling">A power of two.</param>
    public RowThinning(long bucketsPerDoubling) => _bucketsPerDoubling = bucketsPerDoubling;

    /// <summary>The newest step that was added, or −1.</summary>
    public long Newest => _rows.Count == 0 ? -1 : _rows[^1].Step;

    /// <summary>The first step of the bucket that a step is in.</summary>
    public long BucketOf(long step) =>
        step & -(1L << BitOperations.Log2((ulong)Math.Max(1, step / _bucketsPerDoubling)));

    /// <summary>Adds a row, in ascending order of steps.</summary>
    /// <param name="step">The step of the row, greater than the one before.</param>
    /// <param name="values">The row.</param>
    /// <param name="surplus">Takes the steps that need not stay any longer.</param>
    public void Add(long step, ReadOnlySpan<float> values, List<long> surplus)
    {
        // The newest row of a bucket that is over has lost its reason to stay.
        Release(surplus);
        if (BucketOf(step) != _bucket)
        {
            _bucket = BucketOf(step);
            _rows.Clear();
        }

        _rows.Add(Kept.Of(step, values));
        Release(surplus, sparesNewest: true);
    }

    private void Release(List<long> surplus, bool sparesNewest = false)
    {
        long largest = Extreme(static row => row.Largest);
        long smallest = Extreme(static row => -row.Smallest);
        long notFinite = -1;
        for (int i = _rows.Count - 1; i >= 0; i--)
        {
            notFinite = _rows[i].IsFinite ? notFinite : _rows[i].Step;
        }

        for (int i = _rows.Count - (sparesNewest ? 2 : 1); i > 0; i--)
        {
            long step = _rows[i].Step;
            if (step != largest && step != smallest && step != notFinite)
            {
                surplus.Add(step);
                _rows.RemoveAt(i);
            }
        }
    }

    // The step of the first row with the largest value; −1 where no value is finite.
    private long Extreme(Func<Kept, float> valueOf)
    {
        long step = -1;
        float extreme = float.NegativeInfinity;
        foreach (Kept row in _rows)
        {
            if (valueOf(row) > extreme)
            {
                extreme = valueOf(row);
                step = row.Step;
            }
        }

        return step;
    }

    /// <summary>What must be known of a row that may stay; both extremes are over finite values.</summary>
    private readonly record struct Kept(long Step, float Largest, float Smallest, bool IsFinite)
    {
        public static Kept Of(long step, ReadOnlySpan<float> values)
        {
            float largest = float.NegativeInfinity;
            float smallest = float.PositiveInfinity;
            bool isFinite = true;
            foreach (float value in values)
            {
                if (float.IsFinite(value))
                {
                    largest = Math.Max(largest, value);
                    smallest = Math.Min(smallest, value);
                }
                else
                {
                    isFinite = false;
                }
            }

            return new Kept(step, largest, smallest, isFinite);
        }
    }
}
