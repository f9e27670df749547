using System.Collections.Immutable;
using Backflow.Telemetry;
using Backflow.Training.Tasks.Sequences;
using static Backflow.Training.ValueRule;
using C = Backflow.Training.TrainingConfiguration;

namespace Backflow.Training;

/// <summary>The options that say what is trained on.</summary>
internal static class DataRows
{
    private const string Group = "What to train on";

    private static readonly ImmutableArray<string> Texts = ["text", "sentences"];

    public static ImmutableArray<TrainingOption> All { get; } =
    [
        new(nameof(C.Task), "task")
        {
            Group = Group,
            Help = "The task.",
            Unit = "NAME",
            Values = OneOf([.. Texts, .. TaskCatalogue.Names], "copy-memory"),
            Kept = static name => Texts.Contains((string)name) ? null : name,
            DefaultInWords = $"sentences, or text with {nameof(C.TextPath):setting}",
        },
        .. TaskCatalogue.All
            .SelectMany(static task => task.Options)
            .Select(static option => option.Name)
            .Distinct()
            .Select(OfTasks),
        new(nameof(C.TextPath), "text")
        {
            Group = Group,
            Help = "Train on this UTF-8 file instead of generated sentences.",
            Unit = "FILE",
            Values = Path("book.txt"),
            Contradiction = static c => c is { Task: string task, TextPath: not null }
                ? new ExperimentException(
                    $"{nameof(c.Task):setting} {task} makes its own sequences and takes no "
                        + $"{nameof(c.TextPath):setting}.",
                    $"Leave out {nameof(c.TextPath):setting} or {nameof(c.Task):setting}.")
                : null,
        },
        new(nameof(C.UnknownSymbol), "unknown-symbol")
        {
            Group = Group,
            Help = "Read characters that the training part lacks as U+FFFD instead of refusing the text.",
            Values = Flag,
            Idle = static c => c.TextPath is null
                ? (Sentence)$"only a text of your own, {nameof(c.TextPath):setting}, can have unknown characters"
                    : null,
        },
    ];

    private static TrainingOption OfTasks(string name) => new(name)
    {
        Group = "Options of tasks",
        Help = string.Join(
            "; ",
            TaskCatalogue.All.SelectMany(
                task => task.Options.Where(option => option.Name == name),
                static (task, option) => FormattableString.Invariant(
                    $"{task.Name}: {option.Meaning}, {option.Minimum} to {option.Maximum} [{option.Default}]"))) + ".",
        Values = Whole<int>(0, FormattableString.Invariant($"{Example(name)}")),
        Contradiction = c => c.Task is string task ? Misfit(task, c)
            : c.TaskOptions.ContainsKey(name)
                ? new ExperimentException(
                    $"{name:setting} is an option of a task.", new Setting(nameof(c.Task), TaskWith(name)))
                : null,
    };

    private static int Example(string name) =>
        TaskCatalogue.All.SelectMany(static task => task.Options).First(option => option.Name == name).Default;

    private static string TaskWith(string name) =>
        TaskCatalogue.All.First(task => task.Options.Any(option => option.Name == name)).Name;

    private static ExperimentException? Misfit(string task, C c)
    {
        try
        {
            TaskCatalogue.Find(task).Create(c.TaskOptions);
            return null;
        }
        catch (ExperimentException misfit)
        {
            return misfit;
        }
    }
}
