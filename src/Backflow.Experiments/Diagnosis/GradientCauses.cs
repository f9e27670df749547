using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Telemetry;

namespace Backflow.Experiments.Diagnosis;

/// <summary>Causes that the way of the gradient shows: what weakens it, what makes it grow, where it ends.</summary>
internal static class GradientCauses
{
    /// <summary>Below this ln per timestep a factor is said to kill the gradient: 5 % per timestep.</summary>
    private const double Noticeable = -0.05;

    private const double ManySaturated = 0.3;

    /// <summary>From here on the flat part of the activation is what weakens the gradient: the rule
    /// saturated-units'.</summary>
    private const double MostSaturated = 0.7;

    private const double GrowingFast = 0.1;

    /// <summary>The lowest layer gets less than this of what the top layer does.</summary>
    private const double HardlyAny = 0.01;

    /// <summary>The causes of all layers.</summary>
    /// <param name="layers">Every layer, from below.</param>
    /// <param name="reaches">Whether the gradient reaches as far as the task needs; null where that is not
    /// known.</param>
    /// <param name="growth">The factor per timestep by which the whole gradient grows; null where it does not.</param>
    public static IEnumerable<RankedCause> Of(ImmutableArray<LayerDiagnosis> layers, bool? reaches, double? growth)
    {
        CauseRank rank = reaches == true ? CauseRank.Aside : CauseRank.Gradient;
        List<RankedCause> causes = [.. layers.SelectMany(layer => Of(layer, rank))];
        if (growth is double factor && causes.TrueForAll(static one => one.Cause.Name != CauseNames.Grows))
        {
            causes.Add(Grows(string.Empty, factor));
        }

        if (layers.Length > 1 && ThroughLayers(layers) is RankedCause cause)
        {
            causes.Add(cause);
        }

        return causes;
    }

    private static IEnumerable<RankedCause> Of(LayerDiagnosis layer, CauseRank rank)
    {
        string place = $"Layer {NumberText.Count(layer.Layer)}: ";
        double growth = layer.MeanLogKept + layer.MeanLogRest;
        if (layer.NotMeasured is string reason)
        {
            yield return new(CauseRank.Aside, 0, new(CauseNames.NotMeasured, $"{place}{reason}.", []));
        }
        else if (!double.IsFinite(growth))
        {
            yield return new(CauseRank.Gradient, 0, new(
                CauseNames.NotMeasured,
                $"{place}{WhyUnknown(layer)}, so what multiplies it on the way back was not measured.",
                []));
        }
        else if (growth > GrowingFast)
        {
            // Where the product grows, a factor below 1 does not weaken it.
            yield return Grows(place, Math.Exp(growth));
        }
        else if (growth < Noticeable)
        {
            string left = layer.Paths.IsEmpty ? string.Empty : $"what the {layer.KeptName} leaves is multiplied by ";
            if (layer.MeanLogKept < Noticeable)
            {
                yield return Factor(
                    rank, layer.MeanLogKept, $"{place}the {layer.KeptName} multiplies the gradient by", string.Empty);
            }

            if (layer.MeanLogRest < Noticeable)
            {
                yield return Factor(
                    rank,
                    layer.MeanLogRest,
                    layer.Paths.IsEmpty
                        ? $"{place}the {layer.RestName} multiplies the gradient by"
                        : $"{place}{left}the {layer.RestName} by",
                    layer.Paths.IsEmpty ? string.Empty : $" ({DiagnosisText.Paths(layer)})");
            }
        }

        if (layer.MeanSaturation > ManySaturated && Cells.Named(layer.Cell).StateActivation.Saturates)
        {
            bool areMost = layer.MeanSaturation > MostSaturated;
            yield return new(areMost ? CauseRank.Gradient : rank, areMost ? -100 : -layer.MeanSaturation, new(
                CauseNames.Saturated,
                $"{place}{NumberText.Share(layer.MeanSaturation)} of the units are saturated, most at timestep "
                + $"{NumberText.Count(layer.Saturation.IndexOf(layer.Saturation.Max()))}.",
                [new("saturated-share", layer.MeanSaturation)]));
        }
    }

    private static string WhyUnknown(LayerDiagnosis layer) => layer.Norms.LastOrDefault() switch
    {
        0 => "the gradient of the last state is exactly 0",
        float norm when !float.IsFinite(norm) => "the gradient of the last state is NaN or infinite",
        _ => "the gradient of the last state becomes exactly 0, NaN or infinite within a timestep",
    };

    private static RankedCause Grows(string place, double factor) => new(
        CauseRank.Gradient,
        -100 - Math.Log(factor),
        new(
            CauseNames.Grows,
            $"{place}{(place.Length == 0 ? "T" : "t")}he gradient grows by a factor of {NumberText.Of(factor)} per "
            + "timestep on its way back: what is old drowns what is recent.",
            [new("factor-per-timestep", factor)]));

    private static RankedCause Factor(CauseRank rank, double log, string what, string parts) => new(
        rank,
        log,
        new(
            CauseNames.Vanishes,
            $"{what} {NumberText.Of(Math.Exp(log))} per timestep, ln {NumberText.Of(log)}{parts}.",
            [new("ln-per-timestep", log)]));

    // Lag 0 of the last answer: what reaches the lowest layer at the answer itself, before time weakens it.
    private static RankedCause? ThroughLayers(ImmutableArray<LayerDiagnosis> layers)
    {
        double top = layers[^1].Norms.LastOrDefault();
        double bottom = layers[0].Norms.LastOrDefault();
        double ratio = bottom / top;
        return !(ratio < HardlyAny) ? null : new(CauseRank.Gradient, Math.Log(ratio), new(
            CauseNames.VanishesThroughLayers,
            (ratio == 0
                ? "Layer 0 gets a gradient of exactly 0 from the last answer, and not a share of the one that layer "
                : $"Layer 0 gets {NumberText.Of(100 * ratio)} % of the gradient that layer ")
            + $"{NumberText.Count(layers.Length - 1)} gets from the last answer: the lower layers do not learn.",
            [new("layer-0-of-top", ratio)]));
    }
}
