using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Backflow.Experiments.Dynamics;
using Backflow.Experiments.Exploration;
using Backflow.Runs.Manifest;
using Microsoft.AspNetCore.Http;

namespace Backflow.Dashboard.Api;

internal sealed record ErrorAnswer(string Error, string Remedy);

internal sealed record StoreAnswer(
    ImmutableArray<MetricWords> Metrics, ImmutableArray<CellWords> Cells, string StoreOption);

internal sealed record VerdictCounts(int Information, int Warning, int Error);

internal record RunAnswer
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required bool Pinned { get; init; }

    public required bool Paused { get; init; }

    public required string Kind { get; init; }

    public required string? BelongsTo { get; init; }

    public required ImmutableArray<string> Tags { get; init; }

    public required string Note { get; init; }

    public required string Task { get; init; }

    public required string Cell { get; init; }

    public required string Status { get; init; }

    public required long Step { get; init; }

    public required long? Steps { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required DateTimeOffset Updated { get; init; }

    public required double? TrainingLoss { get; init; }

    public required double? ValidationLoss { get; init; }

    public required double? EffectiveContext { get; init; }

    public required string EffectiveContextText { get; init; }

    public required double? GradientReach { get; init; }

    public required string GradientReachText { get; init; }

    public required VerdictCounts Verdicts { get; init; }
}

/// <summary>All that a list shows of a run, and what its own page shows beside that.</summary>
[method: SetsRequiredMembers]
internal sealed record RunDetailAnswer(
    [property: JsonIgnore] RunAnswer Listed,
    [property: JsonIgnore] RunManifest Run,
    JsonElement Configuration,
    ImmutableArray<MetricAnswer> Metrics,
    bool HasCheckpoint,
    string? LossUnit) : RunAnswer(Listed)
{
    /// <summary>A text: seeds have 64 bits and numbers of JavaScript 53.</summary>
    public string Seed => Run.Seed.ToString(CultureInfo.InvariantCulture);

    public string Version => Run.ProductVersion;

    public string Machine => Run.Machine;

    public string CommandLine => Run.CommandLine;
}

internal sealed record MetricAnswer(
    string Kind, string Name, ImmutableArray<int> Layers, long FirstStep, long LastStep);

internal sealed record RunsAnswer(ImmutableArray<RunAnswer> Runs);

internal sealed record SeriesAnswer(string Metric, ImmutableArray<long> Steps, ImmutableArray<double> Values);

internal sealed record ScalarsAnswer(ImmutableArray<SeriesAnswer> Series);

internal sealed record RowAnswer(string Metric, int Layer, long Step, ImmutableArray<float> Values);

internal sealed record EventAnswer(
    string Key, long Step, DateTimeOffset Created, string Level, string Title, string Text, JsonElement? Payload);

internal sealed record EventsAnswer(ImmutableArray<EventAnswer> Events);

internal sealed record SampleAnswer(string Key, long Step, DateTimeOffset Created, string Text);

internal sealed record SamplesAnswer(ImmutableArray<SampleAnswer> Samples);

internal sealed record LiveRowsAnswer(
    string Metric, int Layer, ImmutableArray<long> Steps, ImmutableArray<int> Lengths, ReadOnlyMemory<byte> Data);

internal sealed record ChangeAnswer(
    RunAnswer Run,
    bool StartedOver,
    ImmutableArray<SeriesAnswer> Scalars,
    ImmutableArray<LiveRowsAnswer> Rows,
    ImmutableArray<EventAnswer> Events,
    ImmutableArray<SampleAnswer> Samples);

internal sealed record ItemisedMapAnswer(
    long Step,
    int Offset,
    int TextLength,
    ImmutableArray<string> Characters,
    ImmutableArray<string> Targets,
    ImmutableArray<double> Losses,
    ReadOnlyMemory<byte> Map,
    ImmutableArray<ImmutableArray<CharacterProbability>> Top);

internal sealed record DynamicsAnswer(
    long Step, int SequenceLength, int Timestep, LayerDynamics Layer, ReadOnlyMemory<byte> Jacobian);

internal sealed record DoneAnswer(string Id);

internal sealed record NameBody(string? Name);

internal sealed record PinBody(bool? Pinned);

internal sealed record TagsBody(ImmutableArray<string?>? Tags);

internal sealed record NoteBody(string? Note);

internal sealed record RequestBody(string? Kind, double? LearningRate);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSerializable(typeof(StoreAnswer))]
[JsonSerializable(typeof(RunsAnswer))]
[JsonSerializable(typeof(RunDetailAnswer))]
[JsonSerializable(typeof(ScalarsAnswer))]
[JsonSerializable(typeof(RowAnswer))]
[JsonSerializable(typeof(EventsAnswer))]
[JsonSerializable(typeof(SamplesAnswer))]
[JsonSerializable(typeof(ChangeAnswer))]
[JsonSerializable(typeof(DoneAnswer))]
[JsonSerializable(typeof(NameBody))]
[JsonSerializable(typeof(PinBody))]
[JsonSerializable(typeof(TagsBody))]
[JsonSerializable(typeof(NoteBody))]
[JsonSerializable(typeof(RequestBody))]
[JsonSerializable(typeof(DependencyAnswer))]
[JsonSerializable(typeof(ItemisedMapAnswer))]
[JsonSerializable(typeof(DynamicsAnswer))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>Answers with an object.</summary>
    public static Task Write<T>(HttpContext context, T answer) => Write(context, Bytes(answer));

    /// <summary>Answers with JSON in UTF-8.</summary>
    public static Task Write(HttpContext context, byte[] json)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        return context.Response.Body.WriteAsync(json, context.RequestAborted).AsTask();
    }

    /// <summary>An object as JSON.</summary>
    public static byte[] Bytes<T>(T answer) => JsonSerializer.SerializeToUtf8Bytes(answer, typeof(T), Default);
}
