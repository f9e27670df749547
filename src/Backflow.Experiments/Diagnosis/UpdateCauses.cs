using System.Collections.Immutable;
using Backflow.Telemetry;
using Backflow.Training;

namespace Backflow.Experiments.Diagnosis;

/// <summary>Causes that settings and the first updates show.</summary>
internal static class UpdateCauses
{
    /// <summary>Nearly every step.</summary>
    private const double MostSteps = 0.9;

    /// <summary>A limit counts where it leaves less than this of a gradient: limits of half to ten times the
    /// mean norm work (Pascanu et al. 2013, section 3.2).</summary>
    private const double LittleLeft = 0.1;

    /// <summary>Above this norm gradients explode, and a limit is not at fault.</summary>
    private static readonly double Exploding = ThresholdOf("exploding-gradient");

    /// <summary>Above this update ÷ weight the weights are thrown about.</summary>
    private static readonly double ThrownAbout = ThresholdOf("update-too-large");

    /// <summary>Where all steps together move the weights by no more than this share, nothing is learnt.</summary>
    private const double HardlyMoved = 0.05;

    /// <summary>The causes that settings are, whatever the data.</summary>
    public static IEnumerable<RankedCause> OfSettings(ImmutableArray<SettingHarm> harms) =>
        harms.Select(static harm => new RankedCause(
            CauseRank.Setting,
            -harm.Excess,
            new DiagnosisCause(harm.Name, harm.Meaning, [new("times-the-limit", harm.Excess)])));

    /// <summary>The causes that the first updates show.</summary>
    /// <param name="probe">What the first steps did.</param>
    /// <param name="c">The configuration that they are of.</param>
    public static IEnumerable<RankedCause> OfUpdates(UpdateProbe probe, TrainingConfiguration c)
    {
        if (IsCut(probe, c))
        {
            yield return new(CauseRank.Update, 0, new DiagnosisCause(
                CauseNames.Clipping,
                $"{Limit(probe, c)} leaves {NumberText.Of(100 * probe.PassedShare)} % of the gradient, whose mean norm "
                + $"is {NumberText.Of(probe.MeanNorm)}, and cuts {NumberText.Share(probe.ClippedShare)} of the first "
                + $"{NumberText.Count(probe.Steps)} steps: a step is as long as the limit lets it be.",
                [new("passed-share", probe.PassedShare), new("clipped-share", probe.ClippedShare)]));
        }
        else if (probe.UpdateRatio * c.Steps < HardlyMoved)
        {
            // The step of sgd is as small as the gradient: where nothing arrives, that is the cause.
            yield return new(c.Optimizer == "sgd" ? CauseRank.Gradient : CauseRank.Update, 0, new DiagnosisCause(
                CauseNames.RateTooSmall,
                $"At a learning rate of {NumberText.Of(c.LearningRate)} a step changes the recurrent weights by "
                + $"{NumberText.Of(100 * probe.UpdateRatio)} % of their size, all "
                + $"{NumberText.Counted(NumberText.Count(c.Steps), "step")} by "
                + $"{NumberText.Of(100 * probe.UpdateRatio * c.Steps)} % at most: the rate is too small.",
                [new("update-ratio", probe.UpdateRatio), new("steps", c.Steps)]));
        }

        if (probe.LargestRatio > ThrownAbout)
        {
            yield return new(CauseRank.Update, 1, new DiagnosisCause(
                CauseNames.RateTooLarge,
                $"At a learning rate of {NumberText.Of(c.LearningRate)} one of the first steps changes the weights by "
                + $"{NumberText.Of(100 * probe.LargestRatio)} % of their size: they are thrown about and not adjusted.",
                [new("largest-update-ratio", probe.LargestRatio)]));
        }
    }

    /// <summary>Whether a limit is at fault. Optimizers that divide a gradient by its own size undo one.</summary>
    public static bool IsCut(UpdateProbe probe, TrainingConfiguration c) => c.Optimizer == "sgd"
        && probe.ClippedShare > MostSteps && probe.PassedShare < LittleLeft && probe.MeanNorm < Exploding;

    private static double ThresholdOf(string rule) =>
        VerdictCatalogue.All.Single(one => one.Name == rule).Defaults.Threshold;

    // What the limit on the norm would leave alone says whether the other one cuts.
    private static string Limit(UpdateProbe probe, TrainingConfiguration c) =>
        c.ClipValue > 0 && !(c.ClipNorm > 0 && probe.PassedShare > MostSteps * c.ClipNorm / probe.MeanNorm)
            ? $"The limit of {NumberText.Of(c.ClipValue)} on each element"
            : $"The limit of {NumberText.Of(c.ClipNorm)} on the norm";
}
