namespace Backflow.Experiments.Benchmarks;

/// <summary>What was measured of one shape. Times are medians over <paramref name="Repeats"/> runs.</summary>
/// <param name="Shape">The shape as 'backflow bench --shape' reads it.</param>
/// <param name="Kind">layer, step or char.</param>
/// <param name="Cell">The cell, by its name.</param>
/// <param name="Layers">Recurrent layers.</param>
/// <param name="HiddenSize">H.</param>
/// <param name="InputSize">I, or E of a character model.</param>
/// <param name="SequenceLength">T.</param>
/// <param name="BatchSize">B.</param>
/// <param name="Threads">Threads that shared the work.</param>
/// <param name="VectorBits">Bits of a vector in the engine's kernels.</param>
/// <param name="TileGflops">
/// What products of tiles reached on one thread, probed between the runs where they are used; null where they are not.
/// </param>
/// <param name="Repeats">Runs that were timed without telemetry.</param>
/// <param name="ForwardMs">Milliseconds of the forward pass.</param>
/// <param name="TotalMs">Milliseconds of the whole run.</param>
/// <param name="MinimumMs">The fastest whole run.</param>
/// <param name="Gflops">10⁹ operations of the matrix products per second of the whole run.</param>
/// <param name="PeakGflops">What independent multiply-adds reached on as many threads, probed between the runs.</param>
/// <param name="PeakPercent">The first as a share of the second.</param>
/// <param name="TelemetryMs">Milliseconds with ‖∂L/∂hₜ‖ of every layer and timestep; null without a backward
/// pass.</param>
/// <param name="TelemetryPercent">What that adds, as the median over pairs of runs, one with and one without.</param>
/// <param name="RecurrentMs">Milliseconds of the recurrent layers alone; null where there is nothing else.</param>
/// <param name="RecurrentPercent">Their share of the whole run, as the median over pairs of runs.</param>
/// <param name="Recompute">What computing gates again costs and saves; null but for one long sequence.</param>
/// <param name="VanishingPercent">
/// What gradients that vanish add to the time of the backward pass, as the median over pairs of runs; null but for
/// such a layer.
/// </param>
/// <param name="Counts">What a training step allocates and waits for; null for all else.</param>
public sealed record BenchmarkRow(
    string Shape,
    string Kind,
    string Cell,
    int Layers,
    int HiddenSize,
    int InputSize,
    int SequenceLength,
    int BatchSize,
    int Threads,
    int VectorBits,
    double? TileGflops,
    int Repeats,
    double ForwardMs,
    double TotalMs,
    double MinimumMs,
    double Gflops,
    double PeakGflops,
    double PeakPercent,
    double? TelemetryMs,
    double? TelemetryPercent,
    double? RecurrentMs,
    double? RecurrentPercent,
    LongSequenceFigures? Recompute,
    double? VanishingPercent,
    StepCounts? Counts);

/// <summary>One long sequence with gates computed again on the way back, beside the same with all gates kept.</summary>
/// <param name="TotalPercent">What it adds to forward and backward, as the median over pairs of runs.</param>
/// <param name="BackwardPercent">What it adds to the backward pass alone.</param>
/// <param name="KeptMegabytes">10⁶ bytes of states, gates and gradients with all gates kept.</param>
/// <param name="Megabytes">10⁶ bytes with gates computed again.</param>
public sealed record LongSequenceFigures(
    double TotalPercent, double BackwardPercent, double KeptMegabytes, double Megabytes);

/// <summary>What training steps in the middle of a run allocate and wait for, telemetry's norms included.</summary>
/// <param name="Steps">Steps that were counted.</param>
/// <param name="AllocatedBytes">Bytes that the training thread allocated in all of them.</param>
/// <param name="ContendedLocks">Times that a thread of the process had to wait for a lock.</param>
/// <param name="PhasesPerStep">How often all threads meet in a step.</param>
public sealed record StepCounts(int Steps, long AllocatedBytes, long ContendedLocks, double PhasesPerStep);
