using System.Collections.Immutable;
using Backflow.Exchange.Probes;
using Backflow.Telemetry;

namespace Backflow.Experiments.Probing;

/// <summary>What is unhealthy in one sample of a layer, and what to change, in PyTorch's words.</summary>
internal static class ProbeJudge
{
    /// <summary>Below this share of the final state's gradient at the first timestep nothing is learnt from there: the
    /// threshold of the rule <c>vanishing-over-time</c>.</summary>
    private static readonly double Vanished = VerdictCatalogue.All
        .Single(static rule => rule.Name == "vanishing-over-time").Defaults.Threshold;

    public static IEnumerable<ProbeVerdict> Judge(ProbedLayer layer, ProbedLayerReport report)
    {
        if (!layer.Replaced.IsEmpty)
        {
            string names = string.Join(", ", layer.Replaced);
            yield return Verdict(
                "parametrization-without-effect",
                VerdictSeverity.Warning,
                $"'{layer.Module}' computes with other numbers than its attribute {names} shows: what a "
                    + "parametrization makes of the weight, such as spectral_norm, does not reach this kind of layer.",
                [
                    "constrain the weight itself after each step of the optimizer: "
                        + ProbeRemedies.DivideByNorm(layer),
                ]);
        }

        if (layer.Trust == ProbeTrust.Refused)
        {
            yield return Verdict("not-measurable", VerdictSeverity.Information, layer.Reason, []);
            yield break;
        }

        int notFinite = Array.FindLastIndex([.. layer.HiddenGradientNorm], static norm => !double.IsFinite(norm));
        if (notFinite >= 0)
        {
            yield return Verdict(
                "non-finite",
                VerdictSeverity.Error,
                $"The gradient is not finite from position {NumberText.Count(notFinite)} on, going back.",
                ProbeRemedies.AgainstExplosion(layer));
        }
        else if (report.GradientGrowth is double growth)
        {
            yield return Verdict(
                "exploding-over-time",
                VerdictSeverity.Warning,
                $"The gradient of the final state grows ×{NumberText.Of(growth)} per timestep on its way back, more "
                    + $"than a hundredfold over {Timesteps(report.Timesteps - 1)}.",
                ProbeRemedies.AgainstExplosion(layer));
        }
        else if (!report.FinalStateGradient.IsEmpty && report.FinalStateGradient[^1] < Vanished)
        {
            yield return Verdict(
                "vanishing-over-time",
                VerdictSeverity.Warning,
                $"Of the gradient of the final state {NumberText.Of(report.FinalStateGradient[^1])} arrives "
                    + $"{Timesteps(report.Timesteps - 1)} earlier; it reaches back "
                    + $"{Timesteps((int)Math.Round(report.GradientReach!.Value))}. What lies further back does not "
                    + "change the weights.",
                ProbeRemedies.ForLongerMemory(layer));
        }

        ProbeVerdict Verdict(string rule, VerdictSeverity severity, string meaning, ImmutableArray<string> remedies) =>
            new(rule, severity, layer.Module, layer.Layer, report.Direction, meaning, remedies);
    }

    private static string Timesteps(int count) => NumberText.Counted(NumberText.Count(count), "timestep");
}
