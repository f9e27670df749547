namespace Backflow.Telemetry;

/// <summary>Mean and deviation of the newest gradient norms.</summary>
internal sealed class NormHistory(int window)
{
    private readonly double[] _norms = new double[window];
    private long _count;

    public int Window => window;

    /// <summary>Mean of the newest window; NaN until it is full.</summary>
    public double Mean { get; private set; } = double.NaN;

    /// <summary>Takes the norm of a step; one that is no number is left out.</summary>
    public void Add(double norm)
    {
        if (double.IsFinite(norm))
        {
            _norms[(int)(_count % window)] = norm;
            _count++;
            Mean = _count < window ? double.NaN : _norms.Sum() / window;
        }
    }

    /// <summary>How many standard deviations a norm stands above the mean; 0 until the window is full.</summary>
    public double Score(double norm)
    {
        if (_count < window)
        {
            return 0;
        }

        double squares = 0;
        foreach (double one in _norms)
        {
            squares += (one - Mean) * (one - Mean);
        }

        double deviation = Math.Sqrt(squares / window);
        return deviation > 0 ? (norm - Mean) / deviation : 0;
    }
}
