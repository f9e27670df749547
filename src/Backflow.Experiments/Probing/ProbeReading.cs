using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Exchange;
using Backflow.Exchange.Probes;
using Backflow.Telemetry;
using Backflow.Training;

namespace Backflow.Experiments.Probing;

/// <summary>Reads probe files, computes what hooks could not see, and judges it.</summary>
/// <remarks>Files of one training are read fastest by one reading, which keeps its buffers.</remarks>
public sealed class ProbeReading : IDisposable
{
    private readonly WorkerPool _pool;
    private readonly ProbeAnalysis _analysis;

    /// <summary>Prepares to read files.</summary>
    /// <param name="threads">Threads that compute; they change no bit.</param>
    /// <param name="measures">Whether the metrics of a layer are measured too, such as those of its gates.</param>
    public ProbeReading(int threads, bool measures = false)
    {
        _pool = new WorkerPool(threads);
        _analysis = new ProbeAnalysis(_pool, measures);
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose() => _pool.Dispose();

    /// <summary>Analyses a file.</summary>
    /// <param name="path">A probe file.</param>
    /// <param name="isDouble">Whether the plain double twin computes: exact, and much slower.</param>
    /// <returns>The report.</returns>
    /// <exception cref="ExperimentException">It cannot be read, or is no probe file.</exception>
    public ProbeReport Read(string path, bool isDouble = false)
    {
        try
        {
            return Analyse(_analysis.Read(path, isDouble), path);
        }
        catch (ExchangeException mistake)
        {
            throw new ExperimentException($"{mistake.Message}", $"{mistake.Remedy}", mistake);
        }
    }

    private ProbeReport Analyse(ProbeSample sample, string path)
    {
        Dictionary<ProbedLayer, ReachMeasurement> reaches = [];
        ImmutableArray<ProbedLayer> layers = _analysis.Analyse(
            sample,
            (layer, pass) =>
            {
                if (layer.Trust != ProbeTrust.Refused
                    && new GradientReach(pass).MeasureKept() is ReachMeasurement reach)
                {
                    reaches[layer] = reach;
                }
            });
        ImmutableArray<ProbedLayerReport> reports =
            [.. layers.Select(layer => Report(layer, reaches.GetValueOrDefault(layer)))];
        return new ProbeReport
        {
            File = Path.GetFileName(path),
            Step = sample.Step,
            Pass = sample.Pass,
            Rank = sample.Rank,
            Framework = sample.Framework,
            Model = sample.Model,
            Loss = sample.Loss,
            Overhead = sample.Overhead,
            Layers = reports,
            Verdicts = [.. layers.Zip(reports).SelectMany(static one => ProbeJudge.Judge(one.First, one.Second))],
        };
    }

    private static ProbedLayerReport Report(ProbedLayer layer, ReachMeasurement? reach) => new()
    {
        Module = layer.Module,
        Kind = layer.Kind.Name,
        Layer = layer.Layer,
        Direction = layer.IsReverse ? "reverse" : "forward",
        Units = layer.HiddenSize,
        Sequences = layer.Lengths.Length,
        Timesteps = layer.Lengths.Max(),
        Trust = layer.Trust switch
        {
            ProbeTrust.Confirmed => "confirmed",
            ProbeTrust.Unconfirmed => "unconfirmed",
            _ => "refused",
        },
        Reason = layer.Reason,
        OutputDeviation = layer.OutputDeviation,
        WeightGradientDeviation = layer.WeightGradientDeviation,
        HiddenGradientNorm = layer.HiddenGradientNorm,
        CellGradientNorm = layer.CellGradientNorm,
        GradientReach = reach?.Growth is null ? reach?.Median : null,
        GradientReachLower = reach?.Growth is null ? reach?.LowerQuartile : null,
        GradientReachUpper = reach?.Growth is null ? reach?.UpperQuartile : null,
        GradientReachLimit = reach?.Longest,
        GradientGrowth = reach?.Growth,
        FinalStateGradient = reach?.Profile ?? [],
        Rows = layer.Rows,
    };
}
