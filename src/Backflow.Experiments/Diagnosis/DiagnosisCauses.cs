using System.Collections.Immutable;
using System.Globalization;
using Backflow.Engine;

namespace Backflow.Experiments.Diagnosis;

/// <summary>Turns what was measured into sentences, the heaviest cause first.</summary>
internal static class DiagnosisCauses
{
    /// <summary>Below this ln per timestep a factor is said to kill the gradient: 5 % per timestep.</summary>
    private const double Noticeable = -0.05;

    private const double ManySaturated = 0.3;
    private const double GrowingFast = 0.1;

    public static ImmutableArray<string> Of(ImmutableArray<LayerDiagnosis> layers, int? dependency)
    {
        List<(double Weight, string Sentence)> causes = [];
        foreach (LayerDiagnosis layer in layers)
        {
            Add(causes, layer.MeanLogKept, Invariant(
                $"Layer {layer.Layer}: the {layer.KeptName} multiplies the gradient by"), string.Empty);
            Add(causes, layer.MeanLogRest, layer.Paths.IsEmpty
                ? Invariant($"Layer {layer.Layer}: the {layer.RestName} multiplies the gradient by")
                : Invariant($"Layer {layer.Layer}: what the {layer.KeptName} leaves is multiplied by the {layer.RestName} by"),
                layer.Paths.IsEmpty ? string.Empty : $" ({DiagnosisText.Paths(layer)})");
            if (layer.NotMeasured is string reason)
            {
                causes.Add((0, Invariant($"Layer {layer.Layer}: {reason}.")));
            }
            else if (!double.IsFinite(layer.MeanLogKept + layer.MeanLogRest))
            {
                causes.Add((0, Invariant(
                    $"Layer {layer.Layer}: the gradient of the last state is 0 or no number, so what multiplies it on the way back was not measured.")));
            }

            if (layer.MeanSaturation > ManySaturated && Cells.Named(layer.Cell).StateActivation.Saturates)
            {
                causes.Add((-layer.MeanSaturation, Invariant(
                    $"Layer {layer.Layer}: {layer.MeanSaturation:P0} of the units are saturated, most at timestep {Worst(layer)}.")));
            }

            if (layer.MeanLogKept + layer.MeanLogRest > GrowingFast)
            {
                causes.Add((-layer.MeanLogKept - layer.MeanLogRest, Invariant(
                    $"Layer {layer.Layer}: the gradient grows by a factor of {Math.Exp(layer.MeanLogKept + layer.MeanLogRest):F2} per timestep.")));
            }
        }

        IEnumerable<string> sentences = causes.OrderBy(static cause => cause.Weight).Select(static cause => cause.Sentence);
        return layers.Min(static layer => layer.Horizon) >= dependency
            ? ["The gradient reaches as far back as the task needs: look at the learning rate and the number of steps.", .. sentences]
            : [.. sentences.DefaultIfEmpty("No factor weakens the gradient by as much as 5 % per timestep.")];
    }

    private static void Add(List<(double, string)> causes, double log, string what, string parts)
    {
        if (log < Noticeable)
        {
            causes.Add((log, Invariant($"{what} {Math.Exp(log):F3} per timestep, ln {log:F3}{parts}.")));
        }
    }

    private static int Worst(LayerDiagnosis layer) => layer.Saturation.IndexOf(layer.Saturation.Max());

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
