using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Telemetry;
using Backflow.Training;

namespace Backflow.Experiments.Diagnosis;

/// <summary>Measures how each layer of a session hands the gradient of its next batch back.</summary>
internal static class DiagnosisMeasurement
{
    /// <summary>Sequences whose factors are averaged: each costs O(T·S²).</summary>
    private const int MostSequences = 8;

    public static ImmutableArray<LayerDiagnosis> Measure(TrainingSession session)
    {
        float[][] norms = Repeat(session);
        return
        [
            .. Enumerable.Range(0, session.Network.Layers.Length)
                .Select(layer => Measure(session.Pass, layer, norms[layer])),
        ];
    }

    /// <summary>[layer][T]: the last answer's gradient, the last entry at the answer itself (lag 0).</summary>
    private static float[][] Repeat(TrainingSession session)
    {
        session.RepeatForward();
        LastAnswerGradientNorm answer = new(session.Pass, session.Pool, MostSequences);
        int timesteps = answer.Repeat();
        float[][] norms = [.. session.Network.Layers.Select(_ => new float[session.Pass.SequenceLength])];
        float[] row = new float[session.Pass.SequenceLength];
        for (int layer = 0; layer < norms.Length; layer++)
        {
            answer.Measure(layer, row);
            row.AsSpan(0, timesteps).CopyTo(norms[layer].AsSpan(row.Length - timesteps));
        }

        session.Pass.Backward();
        return norms;
    }

    private static LayerDiagnosis Measure(NetworkPass pass, int layer, float[] norms)
    {
        CellDescription cell = pass.Network.Options.Layers[layer].Cell;
        float[] saturation = new float[pass.SequenceLength];
        UnitStatistics.Measure(pass.Layers[layer], saturation);
        if (!GradientFactors.CanMeasure(cell))
        {
            return NotMeasured(layer, cell, norms, saturation);
        }

        GradientFactors[] factors =
        [
            .. Enumerable.Range(0, Math.Min(MostSequences, pass.BatchSize))
                .Select(sequence => GradientFactors.Measure(pass, layer, sequence)),
        ];
        return new LayerDiagnosis(
            layer,
            cell.Name,
            GradientHorizon.Measure(norms).Horizon,
            [.. norms],
            GradientFactors.ElementwiseName(cell),
            GradientFactors.RestName(cell),
            Mean(factors, static factor => factor.Elementwise),
            Mean(factors, static factor => factor.Rest),
            [
                .. GradientFactors.PathNames(cell).Select((name, gate) => new GradientPath(
                    name, Mean(factors, factor => factor.Paths[gate]))),
            ],
            [.. saturation]);
    }

    private static LayerDiagnosis NotMeasured(
        int layer, CellDescription cell, float[] norms, float[] saturation) => new(
        layer,
        cell.Name,
        GradientHorizon.Measure(norms).Horizon,
        [.. norms],
        "kept state",
        "other paths",
        LogKept: [],
        LogRest: [],
        Paths: [],
        [.. saturation])
        {
            NotMeasured = "what multiplies the gradient on the way back is not measured, because the cell "
            + $"{cell.Name} has no formulas for it, or no gate that keeps the old state",
        };

    private static ImmutableArray<double> Mean(
        GradientFactors[] factors, Func<GradientFactors, IReadOnlyList<double>> row) =>
    [
        .. Enumerable.Range(0, row(factors[0]).Count).Select(t => factors
            .Select(factor => row(factor)[t]).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average()),
    ];
}
