using System.Collections.Immutable;
using static Backflow.Training.ValueRule;
using C = Backflow.Training.TrainingConfiguration;

namespace Backflow.Training;

/// <summary>The options that say how long is trained, and how data are cut.</summary>
internal static class LengthRows
{
    private const string Group = "Length and batches";

    public static ImmutableArray<TrainingOption> All { get; } =
    [
        new(nameof(C.SequenceLength), "sequence-length", "seq-len")
        {
            Group = Group,
            Help = "Timesteps per window: how far back the gradient goes.",
            Unit = "TIMESTEPS",
            Values = Whole<int>(1, "64", 1_000_000),
            IsRefusedWhenIdle = true,
            Idle = static c => c.Task is string task
                ? (Sentence)$"the options of the task {task} decide how long its sequences are" : null,
        },
        new(nameof(C.BatchSize), "batch-size", "batch")
        {
            Group = Group,
            Help = "Sequences per step.",
            Unit = "SEQUENCES",
            Values = Whole<int>(1, "32", 65_536),
        },
        new(nameof(C.Steps), "steps")
        {
            Group = Group,
            Help = "Steps to train.",
            Unit = "STEPS",
            Values = Whole<long>(1, "1000"),
            IsRefusedWhenIdle = true,
            Idle = static c => c.Epochs is not null
                ? (Sentence)$"{nameof(c.Epochs):setting} decides how many there are" : null,
        },
        new(nameof(C.Epochs), "epochs")
        {
            Group = Group,
            Help = $"Passes over the training part, instead of {nameof(C.Steps):setting}.",
            Unit = "PASSES",
            Values = Real(OptionRange.Positive, "5"),
            Contradiction = static c => c is { Task: string task, Epochs: not null }
                ? new ExperimentException(
                    $"{nameof(c.Epochs):setting} does not fit {nameof(c.Task):setting} {task}: it makes fresh "
                        + $"sequences for every step, so there is no epoch.",
                    $"Give {nameof(c.Steps):setting} instead of {nameof(c.Epochs):setting}.")
                : null,
        },
        new(nameof(C.CarryState), "no-carry-state")
        {
            Group = Group,
            Help = "Start every window from zero, at a random place, instead of where the last one ended.",
            Values = Flag,
            IsNegated = true,
            Idle = static c => c.Task is string task ? (Sentence)$"sequences of the task {task} always start from zero"
                : null,
        },
        new(nameof(C.Seed), "seed")
        {
            Group = Group,
            Help = "The seed of everything that is drawn.",
            Values = Whole<ulong>(0, "1"),
        },
    ];
}
