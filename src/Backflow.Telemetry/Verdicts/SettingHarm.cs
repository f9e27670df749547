using System.Collections.Immutable;

namespace Backflow.Telemetry;

/// <summary>A setting of a run that takes away what is learnt or seen, whatever the data.</summary>
/// <param name="Name">The setting as a diagnosis names the cause: dropout, weight-decay, short-window.</param>
/// <param name="Excess">How many times it is past the limit from which on it counts; above 1.</param>
/// <param name="Meaning">Its value, and what it does in numbers.</param>
/// <param name="Remedy">The setting with a usual value.</param>
public sealed record SettingHarm(string Name, double Excess, string Meaning, Remedy Remedy)
{
    /// <summary>A dropout that leaves less than this share of the units counts.</summary>
    private const double LeastKept = 0.1;

    /// <summary>A decay that takes more than this share of every weight in one step counts: half is gone after 13
    /// steps.</summary>
    private const double LargestDecay = 0.05;

    /// <summary>
    /// λ of Adam and RMSprop, which divide the sum of gradient and λ·weight by its own size: from here on the weights
    /// say where to, and not the loss.
    /// </summary>
    private const double LargestPenalty = 1;

    /// <summary>Windows of a text that begin from zero and have fewer timesteps count.</summary>
    private const double ShortestWindow = 5;

    private const string WeightDecay = "WeightDecay";

    /// <summary>The settings of a run that do harm, the worst first.</summary>
    /// <param name="context">What is known about the run.</param>
    /// <param name="limit">The excess from which on they count; 1 unless a user set another.</param>
    /// <returns>Empty where there are none.</returns>
    public static ImmutableArray<SettingHarm> Of(VerdictContext context, double limit = 1) =>
    [
        .. ((SettingHarm?[])[OfDropout(context), OfDecay(context), OfWindow(context)])
            .OfType<SettingHarm>()
            .Where(harm => harm.Excess > limit)
            .OrderByDescending(static harm => harm.Excess),
    ];

    private static SettingHarm? OfDropout(VerdictContext context)
    {
        double dropout = context.NumberOf("Dropout", 0);
        return context.Cells.Length < 2 || dropout == 0 ? null : new(
            "dropout",
            LeastKept / (1 - dropout),
            $"A dropout of {NumberText.Of(dropout)} removes {NumberText.Of(100 * dropout)} % of the units between "
            + $"layers at every step and multiplies the others by {NumberText.Of(1 / (1 - dropout))}: the layers "
            + "above learn from what is left by chance.",
            new Remedy("drop a fifth of the units", [new("Dropout", "0.2")]));
    }

    private static SettingHarm? OfDecay(VerdictContext context)
    {
        double decay = context.NumberOf(WeightDecay, 0);
        string optimizer = context.Settings.GetValueOrDefault("Optimizer", "adam");
        if (decay == 0)
        {
            return null;
        }

        if (optimizer is "adam" or "rmsprop")
        {
            return new(
                "weight-decay",
                decay / LargestPenalty,
                $"A weight decay of {NumberText.Of(decay)} adds {NumberText.Of(decay)} times each weight to its "
                + $"gradient, and {optimizer} divides the sum by its size: every step leads to 0, whatever the loss "
                + "says.",
                new Remedy("take a weight decay of 0.0001", [new(WeightDecay, "0.0001")]));
        }

        // Momentum μ hands a step on to the later ones: 1 / (1 − μ) of them in all.
        double momentum = optimizer == "sgd" ? context.NumberOf("Momentum", 0) : 0;
        double share = context.LearningRate * decay / (1 - momentum);
        return new(
            "weight-decay",
            share / LargestDecay,
            $"A weight decay of {NumberText.Of(decay)} at a learning rate of {NumberText.Of(context.LearningRate)} "
            + $"takes {NumberText.Of(Math.Min(100, 100 * share))} % of every weight away in one step: what a gradient "
            + "writes is gone before the next ones add to it.",
            new Remedy("take a weight decay of 0.01", [new(WeightDecay, "0.01")]));
    }

    // The dependency of a task is known, and its sequences are as long as they are; a text is cut into windows.
    private static SettingHarm? OfWindow(VerdictContext context) =>
        context.CarriesState || context.DependencyLength is not null ? null : new(
            "short-window",
            ShortestWindow / context.SequenceLength,
            $"Windows of {Window(context, "timestep")} begin from zero: no prediction is made from more than "
            + $"{Window(context, "symbol")}, and no gradient goes further back.",
            new Remedy("take windows of 64 timesteps", [new("SequenceLength", "64")]));

    private static string Window(VerdictContext context, string noun) =>
        NumberText.Counted(NumberText.Count(context.SequenceLength), noun);
}
