namespace Backflow.Telemetry;

/// <summary>Means of the training loss over windows: the newest, the one before, the best, and the first.</summary>
internal sealed class LossHistory(int window)
{
    private const double Fall = 0.97;

    /// <summary>
    /// Parts of a window whose means show how far neighbouring losses hang together, as those of a text that is read
    /// in order do.
    /// </summary>
    private const int Parts = 5;

    private readonly double[] _losses = new double[2 * window];
    private double _mark = double.NaN;
    private double _bestVariance;
    private double _firstSum;
    private long _firstCount;

    /// <summary>Steps of the mean that counts as the first loss.</summary>
    public const int FirstSteps = 5;

    public long Count { get; private set; }

    /// <summary>Mean of the first five steps; NaN before the first.</summary>
    public double First => _firstCount == 0 ? double.NaN : _firstSum / _firstCount;

    /// <summary>Mean of the newest window; NaN until it is full.</summary>
    public double Recent { get; private set; } = double.NaN;

    /// <summary>Mean of the window before the newest; NaN until it is full.</summary>
    public double Previous { get; private set; } = double.NaN;

    /// <summary>The lowest mean of any window so far; NaN until one is full.</summary>
    public double Best { get; private set; } = double.NaN;

    /// <summary>
    /// The standard error of <see cref="Recent"/> − <see cref="Best"/>: how much of a rise is noise. To be asked when
    /// both are known.
    /// </summary>
    /// <remarks>
    /// Of each mean the larger of two estimates: from the deviation of single losses, and from that of the means of ten
    /// losses, which is larger where neighbours hang together.
    /// </remarks>
    public double RiseError => Math.Sqrt(VarianceOfRecent() + _bestVariance);

    /// <summary>
    /// Steps since the mean of the newest window was last 3 % lower than ever before: how long learning has stood
    /// still. 0 until a window is full.
    /// </summary>
    /// <remarks>The mean of 50 losses wavers by less, so the mark does not follow noise for long.</remarks>
    public long StillSteps { get; private set; }

    /// <summary>Takes a loss of the run's first steps that was measured before it went on.</summary>
    public void RecallFirst(double loss)
    {
        if (_firstCount < FirstSteps)
        {
            _firstSum += loss;
            _firstCount++;
        }
    }

    public void Add(double loss)
    {
        RecallFirst(loss);
        _losses[(int)(Count % _losses.Length)] = loss;
        Count++;
        Recent = Count >= window ? Mean(0) : double.NaN;
        Previous = Count >= 2 * window ? Mean(window) : double.NaN;
        if (Recent < Best || double.IsNaN(Best))
        {
            Best = Recent;
            _bestVariance = Count >= window ? VarianceOfRecent() : 0;
        }

        bool isFalling = double.IsNaN(_mark) || Recent < Fall * _mark;
        StillSteps = isFalling ? 0 : StillSteps + 1;
        _mark = isFalling ? Recent : _mark;
    }

    /// <summary>
    /// Whether most of the newest five losses are above a limit, or no numbers; to be asked after five.
    /// </summary>
    public bool AreMostAbove(double limit)
    {
        int above = 0;
        for (int i = 1; i <= FirstSteps; i++)
        {
            above += _losses[(int)((Count - i) % _losses.Length)] <= limit ? 0 : 1;
        }

        return 2 * above > FirstSteps;
    }

    private double Mean(int age) => Mean(age, window);

    private double Mean(int age, int count)
    {
        double sum = 0;
        for (int i = age + 1; i <= age + count; i++)
        {
            sum += _losses[(int)((Count - i) % _losses.Length)];
        }

        return sum / count;
    }

    // s² / n of the mean: n single losses, or n means of as many neighbours.
    private double VarianceOfRecent() =>
        Math.Max(
            SquaredDeviations(1) / (window * (window - 1.0)),
            SquaredDeviations(window / Parts) / (Parts * (Parts - 1.0)));

    private double SquaredDeviations(int length)
    {
        double squares = 0;
        for (int age = 0; age < window; age += length)
        {
            double deviation = Mean(age, length) - Recent;
            squares += deviation * deviation;
        }

        return squares;
    }
}
