using System.Collections.Immutable;
using Backflow.Telemetry;

namespace Backflow.Training.Tasks.Sequences;

/// <summary>Every task that makes its own sequences.</summary>
public static class TaskCatalogue
{
    private const string Lag = "lag";
    private const string Length = "length";
    private const string Symbols = "symbols";
    private const string Alphabet = "alphabet";
    private const string Depth = "depth";

    private static readonly TrainingConfiguration Common = new()
    {
        HiddenSize = 64,
        EmbeddingSize = 16,
        CarryState = false,
        LogInterval = 50,
    };

    /// <summary>The tasks, in the order in which lists show them.</summary>
    public static ImmutableArray<TaskDefinition> All { get; } =
    [
        Define(
            "copy-memory",
            "Say ten symbols again after T blanks.",
            "Arjovsky, Shah & Bengio 2016, section 5.1",
            [new(Lag, "T, the blanks between", 20, 1, 100_000), new(Symbols, "symbols to remember", 10, 1, 1000)],
            static (value, identity) => new CopyMemoryTask(value(Lag), value(Symbols)) { Identity = identity },
            Common with { Steps = 3000, ForgetBias = 1 }),
        Define(
            "adding",
            "Add the two numbers that a marker points at.",
            "Le, Jaitly & Hinton 2015, section 4.1",
            [new(Length, "T, the numbers", 100, 2, 100_000)],
            static (value, identity) => new AddingTask(value(Length)) { Identity = identity },
            Common with { Steps = 3000 }),
        Define(
            "temporal-order",
            "Tell in which order a few X and Y came.",
            "Hochreiter & Schmidhuber 1997, experiments 6a and 6b",
            [new(Length, "T", 60, 10, 100_000), new(Symbols, "relevant symbols: 2 is 6a, 3 is 6b", 3, 2, 3)],
            static (value, identity) => new TemporalOrderTask(value(Length), value(Symbols)) { Identity = identity },
            Common with { Steps = 3000 }),
        Define(
            "agreement",
            "Tell the number of the verb from the words before it.",
            "Linzen, Dupoux & Goldberg 2016, number prediction",
            [new(Length, "T, the most words before the verb", 32, 8, 1000)],
            static (value, identity) => new AgreementTask(value(Length)) { Identity = identity },
            Common with { Steps = 2000, EmbeddingSize = 32 }),
        Define(
            "brackets",
            "Tell which bracket closes next.",
            "Bernardy 2018, generalised Dyck language",
            [
                new(Length, "T, the brackets, made even", 32, 6, 100_000),
                new(Alphabet, "kinds of brackets", 2, 2, 1000),
                new(Depth, "the deepest nesting", 8, 2, 1000),
            ],
            static (value, identity) =>
                new BracketTask(value(Length) / 2 * 2, value(Alphabet), value(Depth)) { Identity = identity },
            Common with { Steps = 3000 }),
        Define(
            "echo",
            "Say the symbol of D timesteps ago.",
            "Jaeger 2001, short-term memory",
            [
                new(Lag, "D, the delay", 10, 1, 100_000),
                new(Length, "symbols to echo", 20, 1, 100_000),
                new(Alphabet, "different symbols", 8, 2, 10_000),
            ],
            static (value, identity) =>
                new EchoTask(value(Lag), value(Length), value(Alphabet)) { Identity = identity },
            Common with { Steps = 3000 }),
        Define(
            "digits",
            "Tell which digit was read, pixel by pixel.",
            "Le, Jaitly & Hinton 2015, section 4.2",
            [],
            static (_, identity) => new DigitsTask { Identity = identity },
            Common with { Steps = 3000 }),
    ];

    /// <summary>The names of all tasks.</summary>
    public static ImmutableArray<string> Names { get; } = [.. All.Select(static task => task.Name)];

    /// <summary>Finds a task.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <returns>The task.</returns>
    /// <exception cref="ExperimentException">There is no such task.</exception>
    public static TaskDefinition Find(string name) =>
        All.FirstOrDefault(task => task.Name == name)
        ?? throw new ExperimentException(
            $"{nameof(TrainingConfiguration.Task):setting} must be one of text, sentences, {string.Join(", "
                + "", Names)}, got '{name}'.",
            new Setting(nameof(TrainingConfiguration.Task), "copy-memory"));

    private static TaskDefinition Define(
        string name,
        string summary,
        string source,
        ImmutableArray<TaskOption> options,
        Func<Func<string, int>, string, SequenceTask> make,
        TrainingConfiguration defaults)
    {
        TaskDefinition? definition = null;
        definition = new TaskDefinition(value => make(value, definition!.Identity(value)))
        {
            Name = name,
            Summary = summary,
            Source = source,
            Options = options,
            Defaults = defaults,
        };
        return definition;
    }
}
