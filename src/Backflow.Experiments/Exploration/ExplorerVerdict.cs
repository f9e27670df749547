using System.Globalization;

namespace Backflow.Experiments.Exploration;

/// <summary>Whether a gradient vanishes or explodes over a whole sequence.</summary>
/// <remarks>
/// Judged by the gradient of h₀ relative to that of h_T. Below 1e-3 it vanishes: AutoTrainer (Zhang et al., ICSE 2021)
/// uses that ratio of the first layer to the last, here of the first timestep to the last. Above 1e3 it explodes, the
/// same distance on the other side.
/// </remarks>
/// <param name="Name">healthy, vanishing or exploding.</param>
/// <param name="Threshold">The threshold that was passed, or the one for vanishing.</param>
/// <param name="Sentence">One sentence.</param>
internal sealed record ExplorerVerdict(string Name, double Threshold, string Sentence)
{
    public const double Vanishing = 1e-3;
    public const double Exploding = 1e3;

    public static ExplorerVerdict Of(double relative, int length)
    {
        string change = string.Create(
            CultureInfo.InvariantCulture, $"{length} timesteps back the gradient is {relative:0.00e+0} times its size at the end");
        return relative switch
        {
            < Vanishing => new(
                "vanishing", Vanishing, $"Vanishing: {change}, below the threshold of 1e-3; the beginning is hardly learned from."),
            > Exploding or double.NaN => new(
                "exploding", Exploding, $"Exploding: {change}, above the threshold of 1e3; clip it, or shrink the weights."),
            _ => new(
                "healthy", Vanishing, $"Healthy: {change}, between the thresholds of 1e-3 and 1e3."),
        };
    }
}
