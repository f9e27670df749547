namespace Backflow.Experiments.Benchmarks;

/// <summary>Everything that was timed of one shape.</summary>
internal sealed class BenchmarkSeries
{
    private const double MsPerSecond = 1000;
    private const double Mega = 1e6;
    private const double Giga = 1e9;

    private readonly Samples _peak = new();
    private readonly Samples _tiles = new();
    private readonly Samples _forward = new();
    private readonly Samples _total = new();
    private readonly Samples _measured = new();
    private readonly Samples _measuredRatio = new();
    private readonly Samples _recurrent = new();
    private readonly Samples _recurrentRatio = new();
    private readonly Samples _recomputedRatio = new();
    private readonly Samples _recomputedBackwardRatio = new();
    private readonly Samples _vanishingRatio = new();

    /// <summary>Runs without telemetry.</summary>
    public int Runs => _total.Count;

    public void AddPeak(double gflops) => _peak.Add(gflops);

    public void AddTiles(double gflops) => _tiles.Add(gflops);

    public void AddRun(RunTime time)
    {
        _forward.Add(time.Forward);
        _total.Add(time.Total);
    }

    public void AddMeasured(double seconds, double plainSeconds)
    {
        _measured.Add(seconds);
        _measuredRatio.Add(seconds / plainSeconds);
    }

    public void AddRecurrent(double seconds, double totalSeconds)
    {
        _recurrent.Add(seconds);
        _recurrentRatio.Add(seconds / totalSeconds);
    }

    public void AddRecomputed(RunTime recomputed, RunTime plain)
    {
        _recomputedRatio.Add(recomputed.Total / plain.Total);
        _recomputedBackwardRatio.Add(recomputed.Backward / plain.Backward);
    }

    public void AddVanishing(RunTime vanishing, RunTime healthy) =>
        _vanishingRatio.Add(vanishing.Backward / healthy.Backward);

    public BenchmarkRow ToRow(
        BenchmarkShape shape,
        int threads,
        long keptBytes,
        long recomputedBytes,
        StepCounts? counts = null)
    {
        double gflops = OperationCount.Of(shape) / _total.Median / Giga;
        return new BenchmarkRow(
            shape.ToString(),
            shape.Kind switch
            {
                BenchmarkKind.Step => "step",
                BenchmarkKind.Character => "char",
                BenchmarkKind.Long => "long",
                BenchmarkKind.Vanishing => "vanish",
                _ => "layer",
            },
            shape.Cell,
            shape.Layers,
            shape.HiddenSize,
            shape.InputSize,
            shape.SequenceLength,
            shape.BatchSize,
            threads,
            PeakProbe.VectorBits,
            TileGflops: _tiles.Count > 0 ? _tiles.Median : null,
            Runs,
            ForwardMs: MsPerSecond * _forward.Median,
            TotalMs: MsPerSecond * _total.Median,
            MinimumMs: MsPerSecond * _total.Minimum,
            Gflops: gflops,
            PeakGflops: _peak.Median,
            PeakPercent: 100 * gflops / _peak.Median,
            TelemetryMs: _measured.Count > 0 ? MsPerSecond * _measured.Median : null,
            TelemetryPercent: _measuredRatio.Count > 0 ? 100 * (_measuredRatio.Median - 1) : null,
            RecurrentMs: _recurrent.Count > 0 ? MsPerSecond * _recurrent.Median : null,
            RecurrentPercent: _recurrentRatio.Count > 0 ? 100 * _recurrentRatio.Median : null,
            Recompute: _recomputedRatio.Count == 0
                ? null
                : new LongSequenceFigures(
                    100 * (_recomputedRatio.Median - 1),
                    100 * (_recomputedBackwardRatio.Median - 1),
                    keptBytes / Mega,
                    recomputedBytes / Mega),
            VanishingPercent: _vanishingRatio.Count > 0 ? 100 * (_vanishingRatio.Median - 1) : null,
            Counts: counts);
    }
}
