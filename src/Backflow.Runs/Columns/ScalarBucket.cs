namespace Backflow.Runs.Columns;

/// <summary>
/// Collects the least, the greatest and the first non-finite value of each bucket, and the newest of all.
/// </summary>
internal sealed class ScalarBucket
{
    private readonly SortedDictionary<long, double> _kept = [];
    private long? _bucket;
    private (long Step, double Value)? _least;
    private (long Step, double Value)? _greatest;
    private (long Step, double Value)? _nonFinite;
    private (long Step, double Value) _newest;

    /// <summary>The steps that were kept.</summary>
    public List<long> Steps { get; } = [];

    /// <summary>The value at each of the steps.</summary>
    public List<double> Values { get; } = [];

    /// <summary>Adds the value of a step, greater than the one before.</summary>
    public void Add(long bucket, long step, double value)
    {
        if (bucket != _bucket)
        {
            Close();
            _bucket = bucket;
        }

        _newest = (step, value);
        if (!double.IsFinite(value))
        {
            _nonFinite ??= _newest;
            return;
        }

        _least = _least is { } least && least.Value <= value ? least : _newest;
        _greatest = _greatest is { } greatest && greatest.Value >= value ? greatest : _newest;
    }

    /// <summary>Closes the last bucket, after at least one value.</summary>
    public void Finish()
    {
        Close();
        if (Steps[^1] != _newest.Step)
        {
            Steps.Add(_newest.Step);
            Values.Add(_newest.Value);
        }
    }

    private void Close()
    {
        foreach ((long Step, double Value)? point in (ReadOnlySpan<(long, double)?>)[_least, _greatest, _nonFinite])
        {
            if (point is { } kept)
            {
                _kept[kept.Step] = kept.Value;
            }
        }

        Steps.AddRange(_kept.Keys);
        Values.AddRange(_kept.Values);
        _kept.Clear();
        _least = _greatest = _nonFinite = null;
    }
}
