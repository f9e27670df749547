using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Telemetry;
using Backflow.Training;
using Backflow.Training.Tasks.Sequences;

namespace Backflow.Experiments.Diagnosis;

/// <summary>The remedies that fit a configuration, in the order of their promise.</summary>
internal static class RemedyTrials
{
    private const double QuickRate = 0.01;

    /// <summary>A state of so few numbers may be too small for what it has to keep.</summary>
    private const int FewUnits = 16;
    private const int EnoughUnits = 32;

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
    /// <param name="c">The configuration as it is.</param>
    /// <param name="dependency">The longest dependency of the task; null where it is not known.</param>
    /// <param name="harms">Its settings that do harm: what else is changed is changed without them.</param>
    /// <param name="isCut">Whether a limit cuts nearly all of every gradient away.</param>
    public static ImmutableArray<Remedy> Of(
        TrainingConfiguration c, int? dependency, ImmutableArray<SettingHarm> harms = default, bool isCut = false)
    {
        double lag = Math.Max(2, dependency ?? (c.SequenceLength - 1));
        Remedy[] settings = [.. OfSettings(c, harms.IsDefault ? [] : harms, isCut)];
        TrainingConfiguration plain = WithUsualSettings(c, harms.IsDefault ? [] : harms, isCut) with
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
            .. settings,
            new("GRU, chrono, rate 0.01", plain with { Cells = ["gru"], Chrono = lag, LearningRate = QuickRate }),
            new("LSTM, chrono, rate 0.01", plain with { Cells = ["lstm"], Chrono = lag, LearningRate = QuickRate }),
            new("GRU, rate 0.01", plain with { Cells = ["gru"], LearningRate = QuickRate }),
        ];
        if (CellsOf(c).Any(static cell => cell.ForgetBias is not null))
        {
            all.Add(OfGradient("chrono", c with { Chrono = lag, ForgetBias = UsualForgetBias(c) }));
            all.Add(OfGradient("forget bias 3", c with { ForgetBias = 3, Chrono = null }));
            all.Add(OfGradient("forget bias 1", c with { ForgetBias = 1, Chrono = null }));
        }

        if (IsElman(c))
        {
            all.Add(OfGradient("orthogonal start", c with { Initialisation = "orthogonal", Gain = 1 }));
            all.Add(OfGradient(
                "tanh, orthogonal start", c with { Cells = ["rnn"], Initialisation = "orthogonal", Gain = 1 }));
            all.Add(OfGradient("spectral norm 1", c with { Initialisation = "spectral-norm", Gain = 1 }));
        }

        all.Add(new("LSTM, forget bias 3", plain with { Cells = ["lstm"], ForgetBias = 3 }));
        all.Add(OfRate("rate 0.01", c, QuickRate));
        all.Add(OfRate("rate × 3", c, Rounded(3 * c.LearningRate)));
        all.Add(OfRate("rate ÷ 3", c, Rounded(c.LearningRate / 3)));
        if (c.HiddenSize <= FewUnits)
        {
            all.Add(new($"{EnoughUnits} units", c with { HiddenSize = EnoughUnits })
            {
                Cause = CauseNames.TooFewUnits,
            });
        }

        // Of a network without gates the cell is what changes; one with gates gets the usual start as well.
        all.Add(OfGradient("GRU", plain with { Cells = ["gru"] }));
        all.Add(OfGradient("LSTM", plain with { Cells = ["lstm"] }));
        all.Add(new("clipping at 1", c with { ClipNorm = 1, ClipValue = 0 }) { Cause = CauseNames.Clipping });
        if (IsElman(c))
        {
            all.Add(OfGradient("tanh", c with { Cells = ["rnn"] }));
            all.Add(OfGradient("Ω regulariser", c with { Omega = OmegaStrength }));
            all.Add(OfGradient("gradient flossing", c with
            {
                Flossing = Math.Max(1, (int)(FlossedShare * c.HiddenSize)),
                FlossingSteps = FlossingSteps,
            }));
        }

        if (c.Task is null)
        {
            all.Add(new("window of twice the length", c with { SequenceLength = 2 * c.SequenceLength })
            {
                Cause = CauseNames.ShortWindow,
            });
        }

        return
        [
            .. all.GroupBy(static remedy => TrainingOptions.Describe(remedy.Configuration))
                .Select(static same => Of(same.First(), same)),
        ];
    }

    // Of remedies that come to the same, the one that proves a cause: a network with gates gets another rate, and no
    // other cell.
    private static Remedy Of(Remedy first, IEnumerable<Remedy> same) => first.Name == TrialResult.AsItIs
        ? first
        : same.FirstOrDefault(static remedy => remedy.Cause is not null) ?? first;

    /// <summary>The cost of a step, in products of one gate and timestep.</summary>
    public static double Cost(TrainingConfiguration c) => c.SequenceLength * CellsOf(c).Average(
        cell => cell.ElmanActivation is not null && c.Omega > 0 ? CostOfOmega : cell.Gates.Length + CostOfActivations);

    // What is known to do harm is changed first, alone and together.
    private static IEnumerable<Remedy> OfSettings(
        TrainingConfiguration c, ImmutableArray<SettingHarm> harms, bool isCut)
    {
        foreach (SettingHarm harm in harms)
        {
            yield return new(harm.Remedy.Text, TrainingOptions.With(c, harm.Remedy.Settings)) { Cause = harm.Name };
        }

        if (isCut)
        {
            yield return new("clipping at 1", c with { ClipNorm = 1, ClipValue = 0 }) { Cause = CauseNames.Clipping };
        }

        if (harms.Length + (isCut ? 1 : 0) > 1)
        {
            yield return new("usual settings", WithUsualSettings(c, harms, isCut));
        }
    }

    private static TrainingConfiguration WithUsualSettings(
        TrainingConfiguration c, ImmutableArray<SettingHarm> harms, bool isCut)
    {
        TrainingConfiguration usual = isCut ? c with { ClipNorm = 1, ClipValue = 0 } : c;
        return harms.Aggregate(usual, static (all, harm) => TrainingOptions.With(all, harm.Remedy.Settings));
    }

    private static Remedy OfGradient(string name, TrainingConfiguration changed) =>
        new(name, changed) { Cause = CauseNames.Vanishes };

    private static Remedy OfRate(string name, TrainingConfiguration c, double rate) => new(
        name, c with { LearningRate = rate })
    {
        Cause = rate > c.LearningRate ? CauseNames.RateTooSmall : CauseNames.RateTooLarge,
    };

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
