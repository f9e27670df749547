using System.Collections.Immutable;
using Backflow.Lessons.Trainings;
using Backflow.Training;

namespace Backflow.Lessons.Symptoms;

/// <summary>The symptoms that the lesson on detection shows, each with a training that has it.</summary>
/// <remarks>Small relatives of the unhealthy runs on which the rules are tested (docs/verdicts.md).</remarks>
internal static class SymptomCatalogue
{
    public static ImmutableArray<Symptom> All { get; } =
    [
        new(
            "loss-stands",
            "loss-not-decreasing",
            "a sigmoid network is to say the symbol of ten timesteps ago",
            Of("echo", "rnn-sigmoid", 300, ("lag", 10), ("length", 20), ("alphabet", 4))),
        new(
            "early-timesteps",
            "vanishing-over-time",
            "a tanh network is to say in which order two symbols came among 40",
            Of("temporal-order", "rnn", 200, ("length", 40), ("symbols", 2))),
        new(
            "lower-layers",
            "vanishing-through-layers",
            "six sigmoid layers lie on top of each other",
            Of("adding", "rnn-sigmoid", 60, ("length", 20)) with { Layers = 6 }),
        new(
            "weights-stand",
            "update-too-small",
            "the learning rate is 1e-9",
            Of("adding", "gru", 60, ("length", 20)) with { LearningRate = 1e-9 }),
        new(
            "loss-jumps",
            "loss-exploding",
            "SGD has a learning rate of 20",
            Of("echo", "rnn", 60, ("lag", 3), ("length", 20), ("alphabet", 4)) with
            {
                Optimizer = "sgd",
                LearningRate = 20,
                ClipNorm = 5,
                Initialisation = "orthogonal",
            }),
        new(
            "not-finite",
            "non-finite",
            "a ReLU network begins with W_hh = 3 times the identity and reads 100 timesteps",
            Of("adding", "rnn-relu", 10, ("length", 100)) with { Initialisation = "identity", Gain = 3 }),
        new(
            "saturated",
            "saturated-units",
            "W_hh begins with a spectral radius of 10",
            Of("adding", "rnn", 60, ("length", 30)) with { Initialisation = "spectral-radius", Gain = 10 }),
        new(
            "last-words",
            "horizon-too-short",
            "an LSTM with a forget bias of −3 is to say the symbol of 25 timesteps ago",
            Of("echo", "lstm", 250, ("lag", 25), ("length", 20), ("alphabet", 4)) with { ForgetBias = -3 }),
    ];

    /// <summary>Trains the network of a symptom.</summary>
    public static SymptomAnswer Answer(QuestionValues values)
    {
        string name = values.Text("symptom", All[0].Name);
        Symptom symptom = All.FirstOrDefault(one => one.Name == name)
            ?? throw new ExperimentException(
                $"'symptom' must be one of {string.Join(", ", All.Select(static one => one.Name))}, got '{name}'.",
                $"symptom={All[0].Name}");
        using TrainingSession session = TrainingSession.Create(symptom.Configuration);
        return new SymptomAnswer(
            symptom.Name,
            symptom.Rule,
            symptom.Fault,
            SmallTraining.Train("this training", session, measuresReach: true));
    }

    private static TrainingConfiguration Of(
        string task, string cell, long steps, params (string Name, int Value)[] options) => new()
        {
            Task = task,
            TaskOptions = options.ToImmutableSortedDictionary(
                static option => option.Name, static option => option.Value, StringComparer.Ordinal),
            Cells = [cell],
            HiddenSize = 16,
            EmbeddingSize = 8,
            BatchSize = 16,
            CarryState = false,
            Steps = steps,
            LearningRate = 0.003,
            ValidationInterval = 0,
            CheckpointInterval = 0,
        };
}
