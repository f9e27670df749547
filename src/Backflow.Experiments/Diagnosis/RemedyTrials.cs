using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Training;
using Backflow.Training.Tasks.Sequences;

namespace Backflow.Experiments.Diagnosis;

/// <summary>The remedies that fit a configuration, in the order of their promise.</summary>
internal static class RemedyTrials
{
    private const double QuickRate = 0.01;

    /// <summary>λ; norms are clipped after it is added, so its order of magnitude matters and no digit of it.</summary>
    private const double OmegaStrength = 2;

    /// <summary>Flossing: few exponents show the gradient one direction, and each costs as much as the first;
    /// docs/mathematics/flossing.md has numbers.</summary>
    private const double FlossedShare = 0.5;
    private const int FlossingSteps = 100;

    /// <summary>What a step costs beside its gates, in products of one gate.</summary>
    private const double CostOfActivations = 0.5;
    private const double CostOfOmega = 6;

    /// <summary>The configuration as it is, then every remedy that would change it.</summary>
    /// <remarks>
    /// While nothing has learnt anything, losses say nothing and this order decides: gates that can keep a state, quick
    /// to learn, come first. Parts come beside bundles, so that the table says which part helped.
    /// </remarks>
    public static ImmutableArray<Remedy> Of(TrainingConfiguration c, int? dependency)
    {
        double lag = Math.Max(2, dependency ?? (c.SequenceLength - 1));
        TrainingConfiguration plain = c with
        {
            Initialisation = "pytorch",
            Gain = 1,
            ForgetBias = UsualForgetBias(c),
            Chrono = null,
            Omega = 0,
            Flossing = 0,
            FlossingInterval = 0,
        };
        List<Remedy> all =
        [
            new(TrialResult.AsItIs, c),
            new("GRU, chrono, rate 0.01", plain with { Cells = ["gru"], Chrono = lag, LearningRate = QuickRate }),
            new("LSTM, chrono, rate 0.01", plain with { Cells = ["lstm"], Chrono = lag, LearningRate = QuickRate }),
            new("GRU, rate 0.01", plain with { Cells = ["gru"], LearningRate = QuickRate }),
        ];
        if (CellsOf(c).Any(static cell => cell.ForgetBias is not null))
        {
            all.Add(new("chrono", c with { Chrono = lag, ForgetBias = UsualForgetBias(c) }));
            all.Add(new("forget bias 3", c with { ForgetBias = 3, Chrono = null }));
            all.Add(new("forget bias 1", c with { ForgetBias = 1, Chrono = null }));
        }

        if (IsElman(c))
        {
            all.Add(new("orthogonal start", c with { Initialisation = "orthogonal", Gain = 1 }));
            all.Add(new("tanh, orthogonal start", c with { Cells = ["rnn"], Initialisation = "orthogonal", Gain = 1 }));
            all.Add(new("spectral norm 1", c with { Initialisation = "spectral-norm", Gain = 1 }));
        }

        all.Add(new("LSTM, forget bias 3", plain with { Cells = ["lstm"], ForgetBias = 3 }));
        all.Add(new("rate 0.01", c with { LearningRate = QuickRate }));
        all.Add(new("rate × 3", c with { LearningRate = Rounded(3 * c.LearningRate) }));
        all.Add(new("rate ÷ 3", c with { LearningRate = Rounded(c.LearningRate / 3) }));
        all.Add(new("GRU", plain with { Cells = ["gru"] }));
        all.Add(new("LSTM", plain with { Cells = ["lstm"] }));
        all.Add(new("clipping at 1", c with { ClipNorm = 1 }));
        if (IsElman(c))
        {
            all.Add(new("tanh", c with { Cells = ["rnn"] }));
            all.Add(new("Ω regulariser", c with { Omega = OmegaStrength }));
            all.Add(new("gradient flossing", c with
            {
                Flossing = Math.Max(1, (int)(FlossedShare * c.HiddenSize)),
                FlossingSteps = FlossingSteps,
            }));
        }

        if (c.Task is null)
        {
            all.Add(new("window of twice the length", c with { SequenceLength = 2 * c.SequenceLength }));
        }

        return [.. all.DistinctBy(static remedy => TrainingOptions.Describe(remedy.Configuration))];
    }

    /// <summary>The cost of a step, in products of one gate and timestep.</summary>
    public static double Cost(TrainingConfiguration c) => c.SequenceLength * CellsOf(c).Average(
        cell => cell.ElmanActivation is not null && c.Omega > 0 ? CostOfOmega : cell.Gates.Length + CostOfActivations);

    private static bool IsElman(TrainingConfiguration c) =>
        CellsOf(c).All(static cell => cell.ElmanActivation is not null);

    private static IEnumerable<CellDescription> CellsOf(TrainingConfiguration c) => c.Cells.Select(Cells.Named);

    // A command cannot take a task's own forget bias back, so a remedy must not either; chrono overrides it.
    private static double? UsualForgetBias(TrainingConfiguration c) =>
        c.Task is string task ? TaskCatalogue.Find(task).Defaults.ForgetBias : null;

    // To three significant digits: a rate that a command can say.
    private static double Rounded(double value)
    {
        double unit = Math.Pow(10, 2 - Math.Floor(Math.Log10(value)));
        return Math.Round(value * unit) / unit;
    }
}
