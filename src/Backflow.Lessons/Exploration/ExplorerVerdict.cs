using Backflow.Telemetry;

namespace Backflow.Lessons.Exploration;

/// <summary>Whether a gradient vanishes or explodes over a whole sequence.</summary>
/// <remarks>
/// Judged by the gradient of the initial state relative to that of the last one. Below 1e-3 it vanishes: AutoTrainer
/// (Zhang et al., ICSE 2021) uses that ratio of the first layer to the last, here of the initial state to the last one.
/// Above 1e3 it explodes, the same distance on the other side.
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
        string change = $"{NumberText.Counted(NumberText.Count(length), "timestep")} back the gradient is "
            + $"{NumberText.Of(relative)} times its size at the end";
        string low = NumberText.Of(Vanishing);
        string high = NumberText.Of(Exploding);
        return relative switch
        {
            < Vanishing => new(
                "vanishing",
                Vanishing,
                $"Vanishing: {change}, below the threshold of {low}; the beginning is hardly learned from."),
            > Exploding or double.NaN => new(
                "exploding",
                Exploding,
                $"Exploding: {change}, above the threshold of {high}; clip it, or shrink the weights."),
            _ => new("healthy", Vanishing, $"Healthy: {change}, between the thresholds of {low} and {high}."),
        };
    }
}
