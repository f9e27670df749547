namespace Backflow.Telemetry;

/// <summary>At which steps something is measured: a function of the step alone, so a resumed run needs no
/// state.</summary>
public abstract record MeasurementSchedule
{
    /// <summary>Every step.</summary>
    public static MeasurementSchedule EveryStep { get; } = new IntervalSchedule(1);

    /// <summary>Never by itself: on demand.</summary>
    public static MeasurementSchedule OnDemand { get; } = new NeverSchedule();

    /// <summary>Every K steps, beginning with step 0.</summary>
    /// <param name="interval">K, at least 1.</param>
    /// <returns>The schedule.</returns>
    public static MeasurementSchedule Every(int interval) => new IntervalSchedule(interval);

    /// <summary>Step 0, then a number of steps in each decade, evenly on a logarithmic axis.</summary>
    /// <param name="perDecade">Steps per factor of ten, at least 1.</param>
    /// <returns>The schedule.</returns>
    public static MeasurementSchedule Logarithmic(int perDecade) => new LogarithmicSchedule(perDecade);

    /// <summary>Whether a step is to be measured.</summary>
    /// <param name="step">The step, at least 0.</param>
    /// <returns>True where it is.</returns>
    public abstract bool IsDue(long step);

    /// <summary>A schedule of the same kind that measures more rarely.</summary>
    /// <param name="factor">At least 1: how many times as far apart the steps are, or how many times fewer a decade
    /// has, down to one.</param>
    /// <returns>The schedule; never stays never.</returns>
    public abstract MeasurementSchedule Rarer(int factor);

    private sealed record NeverSchedule : MeasurementSchedule
    {
        public override bool IsDue(long step) => false;

        public override MeasurementSchedule Rarer(int factor) => this;
    }

    private sealed record IntervalSchedule : MeasurementSchedule
    {
        public IntervalSchedule(int interval)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(interval);
            Interval = interval;
        }

        public int Interval { get; }

        public override bool IsDue(long step) => step % Interval == 0;

        public override MeasurementSchedule Rarer(int factor) => new IntervalSchedule(checked(Interval * factor));
    }

    private sealed record LogarithmicSchedule : MeasurementSchedule
    {
        public LogarithmicSchedule(int perDecade)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(perDecade);
            PerDecade = perDecade;
        }

        public int PerDecade { get; }

        // Due where a mark 10^(i / perDecade), rounded, is this step.
        public override bool IsDue(long step)
        {
            if (step <= 0)
            {
                return step == 0;
            }

            double mark = Math.Round(PerDecade * Math.Log10(step));
            return Near(mark - 1, step) || Near(mark, step) || Near(mark + 1, step);
        }

        public override MeasurementSchedule Rarer(int factor) =>
            new LogarithmicSchedule(Math.Max(1, PerDecade / factor));

        private bool Near(double mark, long step) => (long)Math.Round(Math.Pow(10, mark / PerDecade)) == step;
    }
}
