using Backflow.Engine;

namespace Backflow.Telemetry.Tests;

/// <summary>A monitor that is fed synthetic columns, and what it said.</summary>
internal sealed class MonitorSetup
{
    public const int Timesteps = 41;

    private VerdictMonitor _monitor;

    public MonitorSetup(VerdictContext? context = null, VerdictOptions? options = null) =>
        _monitor = new VerdictMonitor(context ?? Context(Cells.RnnTanh), options);

    public List<Verdict> Verdicts { get; } = [];

    public IEnumerable<string> Rules => Verdicts.Select(static verdict => verdict.Rule);

    public static VerdictContext Context(params CellDescription[] cells) => new()
    {
        Cells = [.. cells],
        SequenceLength = Timesteps,
        DependencyLength = Timesteps - 1,
        MemorylessLoss = 1,
        ClipNorm = 5,
    };

    /// <summary>Norms that change by a factor for every timestep back from the last, which has 1.</summary>
    public static float[] Norms(double factorPerLag) =>
        [.. Enumerable.Range(0, Timesteps).Select(t => (float)Math.Pow(factorPerLag, Timesteps - 1 - t))];

    public static float[] Flat(float value) => [.. Enumerable.Repeat(value, Timesteps)];

    public MonitorSetup Scalars(string column, int steps, Func<long, double> value, int interval = 1)
    {
        for (long step = 1; step <= steps; step += interval)
        {
            _monitor.Scalar(column, step, value(step));
            Verdicts.AddRange(_monitor.Take());
        }

        return this;
    }

    /// <summary>A loss that stays where it began, for as long as the rules about memory wait.</summary>
    public MonitorSetup StandingStill() => Scalars(LossExploding.MetricName, 155, static _ => 1);

    public MonitorSetup Rows(string column, float[] values, int steps = 100, int layer = 0, int first = 0)
    {
        for (long step = first; step <= steps; step += 10)
        {
            Row(column, values, step, layer);
            Verdicts.AddRange(_monitor.Take());
        }

        return this;
    }

    /// <summary>Goes on with a new monitor that knows what the old one said.</summary>
    public MonitorSetup Restart(long lastStep, Func<string, bool> isKept)
    {
        VerdictMonitor before = _monitor;
        _monitor = new VerdictMonitor(Context(Cells.RnnTanh));
        _monitor.RecallSpoken(before, lastStep, isKept);
        return this;
    }

    public MonitorSetup Row(string column, float[] values, long step, int layer = 0)
    {
        _monitor.Row(column, layer, step, values);
        return this;
    }

    public MonitorSetup Scalar(string column, double value, long step)
    {
        _monitor.Scalar(column, step, value);
        return this;
    }

    public MonitorSetup Take()
    {
        Verdicts.AddRange(_monitor.Take());
        return this;
    }

    /// <summary>The only verdict of a rule.</summary>
    public Verdict Only(string rule) => Assert.Single(Verdicts, verdict => verdict.Rule == rule);
}
