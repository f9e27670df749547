using System.Collections.Immutable;
using Backflow.Experiments.Studies.Reports;
using Backflow.Training.Transcription;

namespace Backflow.Experiments.Studies.Attention;

/// <summary>The scores of all trials that are done, by system, size and length.</summary>
internal sealed class BottleneckScores
{
    public BottleneckScores(ImmutableArray<BottleneckTrace> traces, int mappedSize)
    {
        Traces = traces;
        Sizes = [.. traces.Select(static trace => trace.Trial.HiddenSize).Distinct().Order()];
        MappedSize = Sizes.Contains(mappedSize) ? mappedSize : Sizes[^1];
        Longest = traces[0].End.Scores.Length;

        // A system without any network of the mapped size has no line in half of the figures: it is left out.
        Systems =
        [
            .. TranscriptionSystem.All.Where(system => traces.Any(trace =>
                trace.Trial.System == system && trace.Trial.HiddenSize == MappedSize)),
        ];
    }

    public ImmutableArray<BottleneckTrace> Traces { get; }

    public ImmutableArray<TranscriptionSystem> Systems { get; }

    /// <summary>Hidden sizes, least first.</summary>
    public ImmutableArray<int> Sizes { get; }

    /// <summary>The hidden size whose lengths are compared.</summary>
    public int MappedSize { get; }

    /// <summary>The longest length.</summary>
    public int Longest { get; }

    /// <summary>The length at which sizes are compared: two thirds of the longest.</summary>
    public int Middle => Math.Max(1, 2 * Longest / 3);

    /// <summary>The median share of symbols copied right; NaN where no such network is done.</summary>
    public double Right(TranscriptionSystem system, int size, int length) =>
        Point(system, size, length)?.Middle ?? double.NaN;

    /// <summary>Median and ends over seeds; null where no such network is done.</summary>
    public ChartPoint? Point(TranscriptionSystem system, int size, int length)
    {
        double[] shares =
        [
            .. Traces.Where(trace => trace.Trial.System == system && trace.Trial.HiddenSize == size)
                .Select(trace => trace.Right(length)),
        ];
        return shares.Length == 0 ? null : ChartPoint.Of(length, shares);
    }
}
