using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Telemetry;

namespace Backflow.Experiments.Diagnosis;

/// <summary>Turns what was measured into sentences, the heaviest cause first.</summary>
internal static class DiagnosisCauses
{
    /// <summary>Below this ln per timestep a factor is said to kill the gradient: 5 % per timestep.</summary>
    private const double Noticeable = -0.05;

    private const double ManySaturated = 0.3;
    private const double GrowingFast = 0.1;

    private const string ReachesFarEnough =
        "The gradient reaches as far back as the task needs: look at the learning rate and the number of steps.";

    public static ImmutableArray<string> Of(ImmutableArray<LayerDiagnosis> layers, int? dependency)
    {
        List<(double Weight, string Sentence)> causes = [];
        foreach (LayerDiagnosis layer in layers)
        {
            string place = $"Layer {NumberText.Count(layer.Layer)}";
            double growth = layer.MeanLogKept + layer.MeanLogRest;
            Add(causes, layer.MeanLogKept, $"{place}: the {layer.KeptName} multiplies the gradient by", string.Empty);
            Add(
                causes,
                layer.MeanLogRest,
                layer.Paths.IsEmpty
                    ? $"{place}: the {layer.RestName} multiplies the gradient by"
                    : $"{place}: what the {layer.KeptName} leaves is multiplied by the {layer.RestName} by",
                layer.Paths.IsEmpty ? string.Empty : $" ({DiagnosisText.Paths(layer)})");
            if (layer.NotMeasured is string reason)
            {
                causes.Add((0, $"{place}: {reason}."));
            }
            else if (!double.IsFinite(growth))
            {
                causes.Add((0, $"{place}: the gradient of the last state is 0, NaN or infinite, so what multiplies it "
                    + "on the way back was not measured."));
            }

            if (layer.MeanSaturation > ManySaturated && Cells.Named(layer.Cell).StateActivation.Saturates)
            {
                causes.Add((-layer.MeanSaturation, $"{place}: {NumberText.Share(layer.MeanSaturation)} of the units "
                    + $"are saturated, most at timestep {NumberText.Count(Worst(layer))}."));
            }

            if (growth > GrowingFast)
            {
                string factor = NumberText.Of(Math.Exp(growth));
                causes.Add((-growth, $"{place}: the gradient grows by a factor of {factor} per timestep."));
            }
        }

        IEnumerable<string> sentences =
            causes.OrderBy(static cause => cause.Weight).Select(static cause => cause.Sentence);
        return layers.Min(static layer => layer.Horizon) >= dependency
            ? [ReachesFarEnough, .. sentences]
            : [.. sentences.DefaultIfEmpty("No factor weakens the gradient by as much as 5 % per timestep.")];
    }

    private static void Add(List<(double, string)> causes, double log, string what, string parts)
    {
        if (log < Noticeable)
        {
            causes.Add((log, $"{what} {NumberText.Of(Math.Exp(log))} per timestep, ln {NumberText.Of(log)}{parts}."));
        }
    }

    private static int Worst(LayerDiagnosis layer) => layer.Saturation.IndexOf(layer.Saturation.Max());
}
