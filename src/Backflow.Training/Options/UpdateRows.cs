using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Telemetry;
using static Backflow.Training.ValueRule;
using C = Backflow.Training.TrainingConfiguration;

namespace Backflow.Training;

/// <summary>The options that say how parameters move.</summary>
internal static class UpdateRows
{
    private const string Group = "How it learns";
    private const string Step = "step";

    public static ImmutableArray<TrainingOption> All { get; } =
    [
        new(nameof(C.Optimizer), "optimizer")
        {
            Group = Group,
            Help = "The optimizer.",
            Unit = "NAME",
            Values = OneOf(ConfigurationRules.OptimizerNames, "adam"),
        },
        new(nameof(C.LearningRate), "learning-rate", "lr")
        {
            Group = Group,
            Help = "The peak learning rate.",
            Values = Real(OptionRange.Positive, "0.003"),
        },
        new(nameof(C.Schedule), "schedule")
        {
            Group = Group,
            Help = "The learning-rate schedule.",
            Unit = "NAME",
            Values = OneOf(ConfigurationRules.ScheduleNames, "cosine"),
        },
        new(nameof(C.WarmUpSteps), "warm-up-steps")
        {
            Group = Group,
            Help = "Steps of linear warm-up.",
            Unit = "STEPS",
            Values = Whole<long>(0, "100"),
        },
        new(nameof(C.DecayInterval), "decay-interval")
        {
            Group = Group,
            Help = "Steps between two decays of the step schedule.",
            Unit = "STEPS",
            Values = Whole<long>(1, "1000"),
            Idle = WithoutDecay,
        },
        new(nameof(C.DecayFactor), "decay-factor")
        {
            Group = Group,
            Help = "The factor of a decay of the step schedule.",
            Unit = "FACTOR",
            Values = Real(OptionRange.Positive, "0.5"),
            Idle = WithoutDecay,
        },
        new(nameof(C.WeightDecay), "weight-decay")
        {
            Group = Group,
            Help = "Weight decay.",
            Values = Real(OptionRange.From(0), "0.01"),
        },
        new(nameof(C.Momentum), "momentum")
        {
            Group = Group,
            Help = "Momentum of sgd.",
            Unit = "SHARE",
            Values = Real(OptionRange.Share, "0.9"),
            Idle = static c => c.Optimizer != "sgd"
                ? (Sentence)$"only sgd has momentum, and {nameof(c.Optimizer):setting} is {c.Optimizer}" : null,
        },
        new(nameof(C.ClipNorm), "clip-norm", "clip")
        {
            Group = Group,
            Help = "The largest norm of the gradient; 0 for no limit.",
            Unit = "NORM",
            Values = Real(OptionRange.From(0), "1"),
        },
        new(nameof(C.ClipValue), "clip-value")
        {
            Group = Group,
            Help = "The largest element of the gradient; 0 for no limit.",
            Values = Real(OptionRange.From(0), "5"),
        },
        new(nameof(C.Omega), "omega")
        {
            Group = Group,
            Help = "How strongly Elman layers are asked to keep the norm of the gradient over time; 0 for not at "
                + "all, 2 is a start.",
            Unit = "STRENGTH",
            Values = Real(OptionRange.From(0), "2"),
            Idle = static c => HasElman(c) ? null : (Sentence)$"only Elman layers have the term",
            Contradiction = static c => c.Omega > 0 && !HasElman(c)
                ? new ExperimentException(
                    $"{nameof(c.Omega):setting} regularises Elman layers, and this network has none.",
                    new Setting(nameof(c.Cells), "rnn"), new Setting(nameof(c.Omega), "2"))
                : null,
        },
        new(nameof(C.Flossing), "flossing")
        {
            Group = Group,
            Help = "Lyapunov exponents per layer that are pushed towards 0 before training (gradient flossing); 0 "
                + "for none, half of the units is a start.",
            Unit = "EXPONENTS",
            Values = Whole<int>(0, "8"),
            Contradiction = FlossingContradiction,
        },
        new(nameof(C.FlossingSteps), "flossing-steps")
        {
            Group = Group,
            Help = "Updates of one flossing episode.",
            Unit = "UPDATES",
            Values = Whole<int>(1, "100", 1_000_000),
            IsCheckedOnlyInUse = true,
            Idle = WithoutFlossing,
        },
        new(nameof(C.FlossingInterval), "flossing-interval")
        {
            Group = Group,
            Help = "Training steps between two flossing episodes; 0 for one before training.",
            Unit = "STEPS",
            Values = Whole<long>(0, "500"),
            Idle = WithoutFlossing,
        },
    ];

    private static Sentence? WithoutDecay(C c) => c.Schedule == Step ? null
        : (Sentence)$"it belongs to the step schedule, and {nameof(c.Schedule):setting} is {c.Schedule}";

    private static Sentence? WithoutFlossing(C c) => c.Flossing > 0 ? null
        : (Sentence)$"nothing is flossed without {nameof(c.Flossing):setting}";

    private static bool HasElman(C c) =>
        c.Cells.Any(static name =>
            Cells.TryNamed(name, out CellDescription? cell) && cell.ElmanActivation is not null);

    private static ExperimentException? FlossingContradiction(C c) => c.Flossing > c.HiddenSize
        ? new ExperimentException(
            $"{nameof(c.Flossing):setting} must be from 0 to {c.HiddenSize}, the units of a layer, got {c.Flossing}.",
            new Setting(nameof(c.Flossing), FormattableString.Invariant($"{Math.Max(1, c.HiddenSize / 2)}")))
        : c.Flossing > 0 && c.Cells.FirstOrDefault(static name => !HasFormulas(name)) is string cell
            ? new ExperimentException(
                $"{nameof(c.Flossing):setting} has no formulas for {cell}.",
                new Setting(nameof(c.Cells), "gru"), new Setting(nameof(c.Flossing), "8"))
            : null;

    private static bool HasFormulas(string name) =>
        Cells.TryNamed(name, out CellDescription? cell) && GradientFlossing.Supports(cell);
}
