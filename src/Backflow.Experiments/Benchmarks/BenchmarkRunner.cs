using Backflow.Engine;
using Backflow.Telemetry;
using Backflow.Training;

namespace Backflow.Experiments.Benchmarks;

/// <summary>Times shapes: probe of the processor, plain run, run with telemetry, in turn.</summary>
/// <remarks>
/// <code>
///   warm up until times are stable
///   repeat   probe │ plain, measured │ measured, plain │ …      about ten milliseconds, then again
/// </code>
/// A processor's frequency drifts within a second, so what is compared is measured side by side: shares are ratios of
/// neighbours, and the median over all pairs is reported. Which one goes first changes from pair to pair.
/// </remarks>
/// <param name="options">How long, with how many threads.</param>
/// <param name="clock">What times it.</param>
public sealed class BenchmarkRunner(BenchmarkOptions options, TimeProvider clock)
{
    /// <summary>Work between two probes of the processor.</summary>
    private const double SecondsBetweenProbes = 0.01;

    /// <summary>Runs of a shape that is slower than the time it was given.</summary>
    private const int FewestRuns = 3;

    /// <summary>Training steps whose allocations and phases are counted when their times have been taken.</summary>
    private const int StepsCounted = 200;

    /// <summary>Times one shape.</summary>
    /// <param name="shape">What is timed; its network is made anew.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>What was measured.</returns>
    /// <exception cref="OperationCanceledException">It was ended early.</exception>
    public BenchmarkRow Measure(BenchmarkShape shape, CancellationToken cancellation)
    {
        options.Validate();
        using WorkerPool pool = new(options.Threads);
        Workload workload = Workload.Create(shape, pool);
        Workload? recurrent = shape.Kind == BenchmarkKind.Step ? new LayerWorkload(shape, pool) : null;
        Workload? other = shape.Kind switch
        {
            BenchmarkKind.Long => new LayerWorkload(shape, pool, recompute: true),
            BenchmarkKind.Vanishing => new VanishingWorkload(shape, pool, vanishes: true),
            _ => null,
        };
        WarmUp warmUp = new(clock, cancellation);
        double seconds = warmUp.Run(() =>
        {
            double elapsed = TimeRun(workload, workload.HasBackward).Total;
            return recurrent is null ? elapsed : elapsed + TimeRun(recurrent, isMeasured: false).Total;
        });
        int runsBetweenProbes = Math.Max(1, (int)(SecondsBetweenProbes / seconds));
        BenchmarkSeries series = new();

        // The first probe waits for its compiler.
        PeakProbe.Measure(options.Threads, clock);
        long begin = clock.GetTimestamp();
        while (!IsEnough(series, begin))
        {
            cancellation.ThrowIfCancellationRequested();
            series.AddPeak(PeakProbe.Measure(options.Threads, clock));
            if (Amx.IsUsed)
            {
                series.AddTiles(PeakProbe.MeasureTiles(clock));
            }

            for (int i = 0; i < runsBetweenProbes && !IsEnough(series, begin); i++)
            {
                MeasurePair(workload, recurrent, series);
                if (other is not null)
                {
                    MeasureOther(shape.Kind, workload, other, series);
                }
            }
        }

        if (!workload.IsFinite() || other?.IsFinite() == false)
        {
            throw shape.Kind == BenchmarkKind.Vanishing
                ? new ExperimentException(
                    $"{"Shape":setting} {shape.ToString()} is too short for a gradient to vanish: T must be at least "
                        + $"128.",
                    new Setting("Shape", (shape with { SequenceLength = 256 }).ToString()))
                : new InvalidOperationException(
                    $"The benchmark {shape} computed a number that is not finite, or zero.");
        }

        StepCounts? counts = shape.Kind == BenchmarkKind.Step ? Count(workload, pool) : null;
        return series.ToRow(shape, options.Threads, workload.PassBytes, other?.PassBytes ?? 0, counts);
    }

    private bool IsEnough(BenchmarkSeries series, long begin) => options.Repeats is int repeats
        ? series.Runs >= repeats
        : series.Runs >= FewestRuns && clock.GetElapsedTime(begin).TotalSeconds >= options.Seconds;

    private void MeasurePair(Workload workload, Workload? recurrent, BenchmarkSeries series)
    {
        bool measuresFirst = series.Runs % 2 == 1;
        RunTime measured = measuresFirst && workload.HasBackward ? TimeRun(workload, isMeasured: true) : default;
        RunTime plain = TimeRun(workload, isMeasured: false);
        measured = measuresFirst || !workload.HasBackward ? measured : TimeRun(workload, isMeasured: true);
        series.AddRun(plain);
        if (workload.HasBackward)
        {
            series.AddMeasured(measured.Total, plain.Total);
        }

        if (recurrent is not null)
        {
            series.AddRecurrent(TimeRun(recurrent, isMeasured: false).Total, plain.Total);
        }
    }

    // A pair of its own, so that both halves are neighbours in time.
    private void MeasureOther(BenchmarkKind kind, Workload workload, Workload other, BenchmarkSeries series)
    {
        // Passes that fit the caches push each other out of them: each is run once before it is timed.
        bool isWarmed = kind == BenchmarkKind.Vanishing;
        bool otherFirst = series.Runs % 2 == 1;
        RunTime first = TimeAgain(otherFirst ? other : workload, isWarmed);
        RunTime second = TimeAgain(otherFirst ? workload : other, isWarmed);
        (RunTime ofOther, RunTime plain) = otherFirst ? (first, second) : (second, first);
        if (kind == BenchmarkKind.Long)
        {
            series.AddRecomputed(ofOther, plain);
        }
        else
        {
            series.AddVanishing(ofOther, plain);
        }
    }

    private RunTime TimeAgain(Workload workload, bool isWarmed)
    {
        if (isWarmed)
        {
            TimeRun(workload, isMeasured: false);
        }

        return TimeRun(workload, isMeasured: false);
    }

    private static StepCounts Count(Workload workload, WorkerPool pool)
    {
        long phases = pool.Phases;
        long contended = Monitor.LockContentionCount;
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        for (int step = 0; step < StepsCounted; step++)
        {
            workload.Prepare();
            workload.Forward();
            workload.Backward();
            workload.MeasureGradients();
        }

        return new StepCounts(
            StepsCounted,
            GC.GetAllocatedBytesForCurrentThread() - allocated,
            Monitor.LockContentionCount - contended,
            (double)(pool.Phases - phases) / StepsCounted);
    }

    private RunTime TimeRun(Workload workload, bool isMeasured)
    {
        workload.Prepare();
        long begin = clock.GetTimestamp();
        workload.Forward();
        long middle = clock.GetTimestamp();
        workload.Backward();
        if (isMeasured)
        {
            workload.MeasureGradients();
        }

        return new RunTime(
            clock.GetElapsedTime(begin, middle).TotalSeconds, clock.GetElapsedTime(begin).TotalSeconds);
    }
}

/// <summary>Seconds of one run.</summary>
/// <param name="Forward">Of its forward pass.</param>
/// <param name="Total">Of all of it.</param>
internal readonly record struct RunTime(double Forward, double Total)
{
    /// <summary>Seconds of all that follows the forward pass.</summary>
    public double Backward => Total - Forward;
}
