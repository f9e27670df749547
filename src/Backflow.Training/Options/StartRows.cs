using System.Collections.Immutable;
using Backflow.Engine;
using static Backflow.Training.ValueRule;
using C = Backflow.Training.TrainingConfiguration;

namespace Backflow.Training;

/// <summary>The options that say how parameters begin.</summary>
internal static class StartRows
{
    private const string Group = "How the network starts";

    private static readonly ImmutableArray<string> WithoutGain = ["pytorch", "glorot"];

    public static ImmutableArray<TrainingOption> All { get; } =
    [
        new(nameof(C.Initialisation), "init")
        {
            Group = Group,
            Help = "The initialisation.",
            Unit = "NAME",
            Values = OneOf(ConfigurationRules.InitialisationNames, "orthogonal"),
        },
        new(nameof(C.Gain), "gain")
        {
            Group = Group,
            Help = "The initialisation's factor, spectral radius or spectral norm.",
            Values = Real(OptionRange.Positive, "1"),
            Idle = static c => WithoutGain.Contains(c.Initialisation)
                ? (Sentence)$"{nameof(c.Initialisation):setting} {c.Initialisation} has no factor" : null,
        },
        new(nameof(C.ForgetBias), "forget-bias")
        {
            Group = Group,
            Help = "The forget-gate bias of an LSTM: 0, 1, or any number.",
            Unit = "BIAS",
            Values = Real(OptionRange.Finite, "1"),
            DefaultInWords = $"what {nameof(C.Initialisation):setting} gives",
            Idle = static c => !HasForgetBias.Any(c.Cells.Contains)
                    ? Only(HasForgetBias, c)
                : c.Chrono is not null ? (Sentence)$"{nameof(c.Chrono):setting} draws that bias" : null,
        },
        new(nameof(C.Chrono), "chrono")
        {
            Group = Group,
            Help = "Chrono initialisation for dependencies of up to this many timesteps.",
            Unit = "TIMESTEPS",
            Values = Real(OptionRange.From(2), "100"),
            Idle = static c => !HasChrono.Any(c.Cells.Contains)
                ? Only(HasChrono, c) : null,
        },
    ];

    private static Sentence Only(IEnumerable<string> cells, C c)
    {
        string used = string.Join(',', c.Cells);
        return $"it is for {string.Join(", ", cells)}, and {nameof(c.Cells):setting} is {used}";
    }

    private static IEnumerable<string> HasForgetBias =>
        Cells.All.Where(static cell => cell.ForgetBias is not null).Select(static cell => cell.Name);

    private static IEnumerable<string> HasChrono =>
        Cells.All.Where(static cell => !cell.ChronoBiases.IsEmpty).Select(static cell => cell.Name);
}
