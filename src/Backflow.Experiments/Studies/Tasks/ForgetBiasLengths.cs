using System.Collections.Immutable;

namespace Backflow.Experiments.Studies.Tasks;

/// <summary>LSTMs that differ in their forget bias alone, over the lengths that they learn.</summary>
internal static class ForgetBiasLengths
{
    // An orthogonal R, as the other tasks begin with, carries a gradient of its own, and the bias then matters little.
    private const string Start = "pytorch";

    private static readonly ImmutableArray<(string Name, double Bias)> Biases =
        [("bias 0", 0), ("bias 1", 1), ("bias 3", 3)];

    /// <summary>The study.</summary>
    public static TaskStudy Study { get; } = new()
    {
        Name = "forget-bias-length",
        Task = "adding",
        Question = "Up to which length does an LSTM learn with each forget bias?",
        Method = "The adding problem (Le, Jaitly & Hinton 2015, section 4.1), learnt by LSTMs that differ in their "
            + "forget bias alone: 0, 1 (Jozefowicz, Zaremba & Sutskever 2015) or 3 in every unit, or the biases of "
            + "Tallec & Ollivier 2018 for the length. Adam, learning rate 0.01 (full: 0.002), clipping at norm 1, R as "
            + "PyTorch begins it. Predicting 1 has a squared error of 1/6. A trial ends at an error of 0.001 on 256 "
            + "validation sequences, or with its steps.",
        LagOption = "length",
        Cells = ["lstm"],
        Variants =
        [
            .. Biases.Select(static start => new TrialVariant(
                start.Name, (configuration, _) => configuration with { Cells = ["lstm"], ForgetBias = start.Bias })),
            new TrialVariant("chrono", static (start, lag) => start with { Cells = ["lstm"], Chrono = lag }),
        ],
        Solved = TaskStudies.Adds,
        Plan = static size => size switch
        {
            StudySize.Quick => new TrialPlan
            {
                Lags = [4, 8],
                Seeds = 1,
                Base = TaskStudies.Quick with { Initialisation = Start },
            },
            StudySize.Default => new TrialPlan
            {
                Lags = [20, 50, 100],
                Seeds = 3,
                Base = TaskStudies.Start with { HiddenSize = 32, Initialisation = Start, Steps = 1500 },
            },
            _ => new TrialPlan
            {
                Lags = [20, 50, 100, 200],
                Seeds = 10,
                Base = TaskStudies.Full with { Initialisation = Start },
            },
        },
    };
}
