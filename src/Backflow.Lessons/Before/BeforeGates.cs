using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Lessons.Latch;
using Backflow.Lessons.Trainings;
using Backflow.Training;

namespace Backflow.Lessons.Before;

/// <summary>Trains small Elman networks with and without what was tried before gates.</summary>
/// <remarks>
/// All of them are to keep the sign of a first pulse (<see cref="LatchTask"/>). Clipping and Ω: Pascanu, Mikolov and
/// Bengio 2013, https://arxiv.org/abs/1211.5063. Orthogonal start: Saxe, McClelland and Ganguli 2014,
/// https://arxiv.org/abs/1312.6120. Identity start of a ReLU network: Le, Jaitly and Hinton 2015,
/// https://arxiv.org/abs/1504.00941. Skip: docs/mathematics/skip.md.
/// </remarks>
internal static class BeforeGates
{
    private const string Vanishing = "vanishing";
    private const string Exploding = "exploding";
    private const double Noise = 0.1;

    // A hint that is right half of the time says nothing.
    private const double NoHint = 0.5;

    private const int Skip = 10;

    // With ReLU and a σ₁ of 1.5 the gradient grows 1.5-fold where all units are on.
    private const double ExplodingGain = 1.5;

    private static readonly TrainingConfiguration Usual = new()
    {
        Cells = [Cells.RnnTanh.Name],
        HiddenSize = 16,
        BatchSize = 16,
        CarryState = false,
        Steps = 400,
        LearningRate = 0.003,
        ValidationInterval = 0,
        CheckpointInterval = 0,
        Telemetry = "off",
    };

    private static readonly TrainingConfiguration Explosive = Usual with
    {
        Cells = [Cells.RnnRelu.Name],
        Initialisation = "orthogonal",
        Gain = ExplodingGain,
        Optimizer = "sgd",
        LearningRate = 0.01,
        ClipNorm = 0,
    };

    private static readonly TrainingConfiguration Relu = Usual with { Cells = [Cells.RnnRelu.Name] };

    private static readonly ImmutableArray<(string Name, ImmutableArray<RemedyTrial> Trials)> Remedies =
    [
        ("clipping",
        [
            new(Exploding, "σ₁ = 1.5, not clipped", Explosive, "σ₁ = 1.5, clipped", Explosive with { ClipNorm = 1 }),
            new(Vanishing, "random start, not clipped", Usual with { ClipNorm = 0 }, "random start, clipped", Usual),
        ]),
        ("orthogonal",
        [
            new(Vanishing, "random start", Usual, "orthogonal start", Usual with { Initialisation = "orthogonal" }),
        ]),
        ("identity",
        [
            new(Vanishing, "ReLU, random start", Relu, "ReLU, identity", Relu with { Initialisation = "identity" }),
        ]),
        ("skip",
        [
            new(
                Vanishing,
                "without a skip",
                Usual,
                $"skip of {Skip} timesteps",
                Usual with { Cells = [Cells.RnnSkip(Skip).Name] }),
        ]),
        ("omega", [new(Vanishing, "without Ω", Usual, "with Ω", Usual with { Omega = 1 })]),
    ];

    /// <summary>The names of the remedies.</summary>
    public static IEnumerable<string> Names => Remedies.Select(static one => one.Name);

    /// <summary>Trains the networks of a remedy.</summary>
    public static BeforeAnswer Answer(QuestionValues values)
    {
        string name = values.Text("remedy", Remedies[0].Name);
        int timesteps = (int)values.Whole("timesteps", 40, 10, 60);
        ulong seed = (ulong)values.Whole("seed", 2, 0, long.MaxValue);
        return Names.Contains(name)
            ? new BeforeAnswer(
                name,
                timesteps,
                [.. Remedies.First(one => one.Name == name).Trials.Select(trial => Pair(trial, timesteps, seed))])
            : throw new ExperimentException(
                $"'remedy' must be one of {string.Join(", ", Names)}, got '{name}'.", $"remedy={Remedies[0].Name}");
    }

    private static RemedyPair Pair(RemedyTrial trial, int timesteps, ulong seed) => new(
        trial.Fault,
        Train(trial.WithoutLabel, trial.Without with { Seed = seed }, timesteps),
        Train(trial.WithLabel, trial.With with { Seed = seed }, timesteps));

    private static TrainedNetwork Train(string label, TrainingConfiguration configuration, int timesteps)
    {
        LatchTask task = new(timesteps, Noise, NoHint) { Identity = "latch" };
        using TrainingSession session = new(configuration, new TaskData(configuration, task, "latch"));
        return SmallTraining.Train(label, session);
    }
}
