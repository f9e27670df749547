using Backflow.Engine;
using Backflow.Telemetry;

namespace Backflow.Training;

/// <summary>Gradient flossing before training, and again after every so many steps where that was asked for.</summary>
/// <remarks>
/// An episode is a function of the parameters, the step and the seed: it keeps no state, so a resumed run flosses as
/// the whole one did. It has an Adam of its own with the rate of Engelken 2023 (0.001, the optimizer's usual
/// constants), which leaves the moments of training alone, and follows the sequences of the batch that comes next.
/// </remarks>
internal sealed class FlossingEpisodes(NetworkPass pass, TrainingConfiguration configuration)
{
    private const double LearningRate = 0.001;

    /// <summary>
    /// Sequences per update, one share of the batch after the other: each costs as much as the first.
    /// </summary>
    private const int Sequences = 4;

    private readonly GradientFlossing _flossing = new(pass, configuration.Flossing, configuration.Seed);

    /// <summary>Flosses where an episode is due before the step after this one.</summary>
    /// <param name="step">Steps done.</param>
    /// <returns>What came of it; null where none was due.</returns>
    public FlossingOutcome? Run(long step)
    {
        long interval = configuration.FlossingInterval;
        if (step > 0 && (interval == 0 || step % interval != 0))
        {
            return null;
        }

        Optimizer optimizer = new(pass.Network, new OptimizerOptions());
        double first = double.NaN;
        double last = double.NaN;
        for (int update = 0; update <= configuration.FlossingSteps; update++)
        {
            pass.Forward();
            last = _flossing.Gradient(update * Sequences % pass.BatchSize, Math.Min(Sequences, pass.BatchSize));
            first = update == 0 ? last : first;
            if (!double.IsFinite(GradientClipping.Norm(pass.Network.Gradients.Span)) || !double.IsFinite(last))
            {
                return new FlossingOutcome(step, update, first, last);
            }

            if (update < configuration.FlossingSteps)
            {
                optimizer.Update(LearningRate);
            }
        }

        return new FlossingOutcome(step, configuration.FlossingSteps, first, last);
    }
}

/// <summary>What a flossing episode did.</summary>
/// <param name="Step">Steps done before it.</param>
/// <param name="Updates">Updates that were made.</param>
/// <param name="Before">The mean squared exponent before the first update.</param>
/// <param name="After">The same after the last one; NaN where a direction was lost.</param>
public sealed record FlossingOutcome(long Step, int Updates, double Before, double After)
{
    /// <summary>The outcome in a sentence.</summary>
    public string Describe() => double.IsFinite(After)
        ? $"{NumberText.Count(Updates)} updates took the root mean square of the exponents from "
            + $"{NumberText.Of(Math.Sqrt(Before))} to {NumberText.Of(Math.Sqrt(After))} nats per timestep."
        : $"Flossing ended after {NumberText.Count(Updates)} updates: a direction is lost (dead units), so an exponent "
            + "is −∞.";
}
