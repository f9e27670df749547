using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Telemetry;
using Backflow.Training.Tasks.Sequences;
using static Backflow.Training.ValueRule;
using C = Backflow.Training.TrainingConfiguration;

namespace Backflow.Training;

/// <summary>The options that say what network is trained.</summary>
internal static class NetworkRows
{
    private const string Group = "The network";
    private const int LargestHiddenSize = 16_384;
    private const int LargestLayerCount = 64;

    public static ImmutableArray<TrainingOption> All { get; } =
    [
        new(nameof(C.Cells), "cell")
        {
            Group = Group,
            Help = "The cell, or one per layer with commas between them; rnn-skip-K also reads its state of K "
                + "timesteps ago.",
            Unit = "NAME",
            Values = OneOf(
                static () => ConfigurationRules.CellNames,
                static name => Cells.TryNamed(name, out CellDescription? cell) && cell.Name == name,
                "lstm"),
            Contradiction = static c => c.Cells.Length == 1 || c.Cells.Length == c.Layers ? null
                : new ExperimentException(
                    $"{nameof(c.Cells):setting} names {c.Cells.Length} cells for {c.Layers} layers; give one for all "
                        + $"layers, or one per layer.",
                    new Setting(nameof(c.Cells), string.Join(',', c.Cells)),
                    new Setting(nameof(c.Layers), FormattableString.Invariant($"{c.Cells.Length}"))),
        },
        new(nameof(C.Layers), "layers")
        {
            Group = Group,
            Help = "Recurrent layers.",
            Unit = "LAYERS",
            Values = Whole<int>(1, "1", LargestLayerCount),
        },
        new(nameof(C.HiddenSize), "hidden-size", "hidden")
        {
            Group = Group,
            Help = "Units per layer.",
            Unit = "UNITS",
            Values = Whole<int>(1, "128", LargestHiddenSize),
        },
        new(nameof(C.EmbeddingSize), "embedding-size", "embedding")
        {
            Group = Group,
            Help = "Size of a symbol's vector.",
            Unit = "NUMBERS",
            Values = Whole<int>(1, "32", LargestHiddenSize),
            Idle = static c => c.Task is string task && !ReadsSymbols(c, task)
                ? (Sentence)$"the task {task} gives numbers and no symbols, so nothing is embedded" : null,
        },
        new(nameof(C.Dropout), "dropout")
        {
            Group = Group,
            Help = "Probability of dropping a unit between layers.",
            Unit = "SHARE",
            Values = Real(OptionRange.Share, "0.2"),
            Idle = static c => c.Layers == 1
                ? (Sentence)$"it drops units between layers, and {nameof(c.Layers):setting} is 1" : null,
        },
        new(nameof(C.Recompute), "recompute")
        {
            Group = Group,
            Help = "Keep the gates of the last third of the timesteps and compute the others again on the way back: "
                + "about two thirds of the memory for long sequences, a fifth more time, the same bits; gate "
                + "statistics are then not measured.",
            Values = Flag,
        },
    ];

    // Options of a task that do not fit have a sentence of their own.
    private static bool ReadsSymbols(C c, string task)
    {
        try
        {
            return TaskCatalogue.Find(task).Create(c.TaskOptions).Shape.VocabularySize > 0;
        }
        catch (ExperimentException)
        {
            return true;
        }
    }
}
