using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Backflow.Training;

namespace Backflow.Experiments.Sweeps;

/// <summary>All that decides what a sweep trains and how it is judged, as its run keeps it.</summary>
public sealed record SweepDefinition
{
    /// <summary>How many values are drawn of each range where nothing is said.</summary>
    public const int UsualSamples = 10;

    /// <summary>By what successive halving divides where nothing is said.</summary>
    public const double UsualFactor = 3;

    /// <summary>What all trainings have in common.</summary>
    public required TrainingConfiguration Fixed { get; init; }

    /// <summary>What distinguishes the text from any other; null where there is no file, and before a sweep
    /// begins.</summary>
    public string? TextDigest { get; init; }

    /// <summary>Options with the values of each; every combination is a point.</summary>
    public ImmutableArray<SweptValues> Grid
    {
        get;
        init => field = value.IsDefault ? [] : value;
    } = [];

    /// <summary>Options whose values are drawn.</summary>
    public ImmutableArray<SweptRange> Random
    {
        get;
        init => field = value.IsDefault ? [] : value;
    } = [];

    /// <summary>How many values are drawn of each range, each joined with every combination of the grid; 1 without
    /// ranges.</summary>
    public int Samples { get; init; } = 1;

    /// <summary>The seeds that each point is trained from.</summary>
    public ImmutableArray<ulong> Seeds
    {
        get;
        init => field = value.IsDefault ? [] : value;
    } = [];

    /// <summary>What points are compared by.</summary>
    public SweepMetric Metric { get; init; } = SweepMetric.Usual;

    /// <summary>How often points are compared, the end included; 1 for no early stopping.</summary>
    public int Rungs { get; init; } = 1;

    /// <summary>By what successive halving divides the points, and the steps of the rungs.</summary>
    public double Factor { get; init; } = UsualFactor;

    /// <summary>The most trainings that the sweep may have; null for no limit.</summary>
    public int? MostTrainings { get; init; }

    /// <summary>Minutes after which a process ends the sweep with checkpoints; null for no limit.</summary>
    public double? Minutes { get; init; }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">The configuration of a sweep's run.</param>
    /// <returns>The definition.</returns>
    /// <exception cref="ExperimentException">It is no definition.</exception>
    public static SweepDefinition FromJson(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, SweepJson.Default.SweepDefinition)
                ?? throw new JsonException("it is null");
        }
        catch (JsonException failure)
        {
            throw new ExperimentException(
                $"The sweep's definition cannot be read: {failure.Message}", "Begin a new sweep.", failure);
        }
    }

    /// <summary>Writes the definition as JSON.</summary>
    /// <returns>One line.</returns>
    public string ToJson() => JsonSerializer.Serialize(this, SweepJson.Default.SweepDefinition);

    /// <summary>What of the definition is another one in another definition; limits of time are none.</summary>
    /// <param name="other">A definition that has the same name.</param>
    /// <returns>A few words each; empty where both train the same.</returns>
    internal IEnumerable<string> DifferencesFrom(SweepDefinition other)
    {
        (string Words, Func<SweepDefinition, SweepDefinition> Part)[] parts =
        [
            ("the fixed settings", static d => Nothing(d) with { Fixed = d.Fixed with { Threads = 1 } }),
            ("the text", static d => Nothing(d) with { TextDigest = d.TextDigest }),
            ("the grid", static d => Nothing(d) with { Grid = d.Grid }),
            ("the random ranges", static d => Nothing(d) with { Random = d.Random, Samples = d.Samples }),
            ("the seeds", static d => Nothing(d) with { Seeds = d.Seeds }),
            ("the metric", static d => Nothing(d) with { Metric = d.Metric }),
            ("the halving", static d => Nothing(d) with
            {
                Rungs = d.Rungs,
                Factor = d.Rungs > 1 ? d.Factor : UsualFactor,
            }),
        ];
        return parts.Where(part => part.Part(this).ToJson() != part.Part(other).ToJson())
            .Select(static part => part.Words);
    }

    private static SweepDefinition Nothing(SweepDefinition _) => new() { Fixed = new TrainingConfiguration() };
}

/// <summary>An option of a training with the values that a sweep gives it.</summary>
/// <param name="Option">The option's name, such as forget-bias.</param>
/// <param name="Values">The values as they are typed.</param>
public sealed record SweptValues(string Option, ImmutableArray<string> Values);

/// <summary>An option of a training whose values a sweep draws.</summary>
/// <param name="Option">The option's name, such as learning-rate.</param>
/// <param name="Least">The smallest value.</param>
/// <param name="Most">The largest value.</param>
/// <param name="IsLogarithmic">Whether each decade is drawn as often as any other; else each interval of one
/// length.</param>
public sealed record SweptRange(string Option, double Least, double Most, bool IsLogarithmic);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(SweepDefinition))]
[JsonSerializable(typeof(SweepPayload))]
internal sealed partial class SweepJson : JsonSerializerContext;
