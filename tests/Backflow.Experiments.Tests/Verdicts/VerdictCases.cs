using System.Collections.Immutable;
using Backflow.Training;

namespace Backflow.Experiments.Tests.Verdicts;

/// <summary>The catalogue: unhealthy runs with one fault each, and healthy ones, over tasks, cells and seeds.</summary>
internal static partial class VerdictCases
{
    private const int Hidden = 32;
    private const int Batch = 32;
    private const long Steps = 400;

    public static ImmutableArray<VerdictCase> All { get; } =
    [
        .. Unhealthy,
        .. Healthy,
        .. HeldOut.Select(static one => one with { Set = CaseSet.HeldOut }),
        .. SecondUnhealthy.Concat(SecondHealthy).Select(static one => one with { Set = CaseSet.Second }),
    ];

    private static TrainingConfiguration Task(
        string task, string cell, ulong seed, params (string Name, int Value)[] options) =>
        new()
        {
            Task = task,
            TaskOptions = options.ToImmutableSortedDictionary(
                static o => o.Name, static o => o.Value, StringComparer.Ordinal),
            Cells = [cell],
            HiddenSize = Hidden,
            EmbeddingSize = 16,
            BatchSize = Batch,
            CarryState = false,
            Steps = Steps,
            LearningRate = 0.003,
            Seed = seed,
            Threads = 1,
        };

    private static TrainingConfiguration Adding(string cell, int length, ulong seed = 1) =>
        Task("adding", cell, seed, ("length", length));

    private static TrainingConfiguration Copy(string cell, int lag, int symbols, ulong seed = 1) =>
        Task("copy-memory", cell, seed, ("lag", lag), ("symbols", symbols));

    private static TrainingConfiguration Echo(string cell, int lag, ulong seed = 1) =>
        Task("echo", cell, seed, ("lag", lag), ("length", 20), ("alphabet", 4));

    private static TrainingConfiguration Order(string cell, int length, ulong seed = 1) =>
        Task("temporal-order", cell, seed, ("length", length), ("symbols", 2));

    private static TrainingConfiguration Agreement(string cell, int length, ulong seed = 1) =>
        Task("agreement", cell, seed, ("length", length)) with { EmbeddingSize = 32 };

    private static TrainingConfiguration Brackets(string cell, int length, ulong seed = 1) =>
        Task("brackets", cell, seed, ("length", length), ("alphabet", 2), ("depth", 4));

    private static TrainingConfiguration Sentences(string cell, ulong seed = 1) => new()
    {
        Cells = [cell],
        HiddenSize = 64,
        BatchSize = 16,
        SequenceLength = 40,
        Steps = 200,
        SentenceCharacters = 60_000,
        Seed = seed,
        Threads = 1,
    };

    private static VerdictCase Fault(
        string name, string expected, long withinSteps, ExpectedPlace place, TrainingConfiguration configuration) =>
        new(name, configuration, expected, withinSteps, place);

    private static ExpectedPlace In(int layer) => new(layer);

    private static ExpectedPlace In(int layer, int first, int last) => new(layer) { Timesteps = (first, last) };

    private static ExpectedPlace Of(string gate, int layer, int first, int last) =>
        new(layer) { Gate = gate, Timesteps = (first, last) };
}
