using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Backflow.Experiments.Recording;
using Backflow.Runs;
using Backflow.Runs.Columns;
using Backflow.Runs.Manifest;
using Backflow.Training;
using Backflow.Training.Tasks.Sequences;
using Backflow.Training.Verdicts;

namespace Backflow.Dashboard.Api;

/// <summary>Makes answers of what the store has.</summary>
internal static class RunAnswers
{
    private static readonly ImmutableArray<string> ListedMetrics =
        [.. RecordedReach.Metrics, TrainingMetrics.TrainingLoss, TrainingMetrics.ValidationLoss];

    public static RunsAnswer List(RunStore store) =>
        new([.. store.ListOverviews(ListedMetrics).Select(Of)]);

    public static RunAnswer Find(RunStore store, string id) => Of(store.GetOverview(id, ListedMetrics));

    public static RunDetailAnswer Detail(RunStore store, string id)
    {
        RunManifest run = store.GetRun(id);
        return new RunDetailAnswer(
            Find(store, id),
            run,
            Json(run.ConfigurationJson) ?? Json("{}")!.Value,
            [
                .. store.OpenReader(id).Metrics().Select(static metric => new MetricAnswer(
                    metric.Kind == MetricKind.Scalar ? "scalar" : "row",
                    metric.Name,
                    metric.Layers,
                    metric.FirstStep,
                    metric.LastStep)),
            ],
            !store.Checkpoints.List(id).IsEmpty,
            LossUnitOf(run));
    }

    public static SeriesAnswer Of(ScalarSeries series) => new(series.Metric, series.Steps, series.Values);

    public static LiveRowsAnswer Of(RowSeries rows) => new(
        rows.Metric,
        rows.Layer,
        rows.Steps,
        [.. Enumerable.Range(0, rows.Count).Select(index => rows.Offsets[index + 1] - rows.Offsets[index])],
        Bytes(rows.Values));

    /// <summary>Events, with commands in the remedies of verdicts where there is a writer of commands.</summary>
    public static ImmutableArray<EventAnswer> Of(
        IEnumerable<RunEvent> events, RunManifest run, ICommandWriter? commands) =>
    [
        .. events.Select(happened => new EventAnswer(
            Key(happened.Key),
            happened.Step,
            happened.Created,
            Lower(happened.Level),
            happened.Title,
            happened.Text,
            happened.PayloadJson is not string payload ? null
                : Json(commands is null
                    ? payload
                    : RecordedRemedies.WithCommands(payload, run.ConfigurationJson, commands)))),
    ];

    public static SampleAnswer Of(RunSample sample) => new(Key(sample.Key), sample.Step, sample.Created, sample.Text);

    /// <summary>Floats as the bytes that a page reads; every machine that .NET 10 runs on is little-endian.</summary>
    public static byte[] Bytes(ImmutableArray<float> values) => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    private static RunAnswer Of(RunOverview overview)
    {
        RunManifest run = overview.Run;
        RecordedReach reach = RecordedReach.Of(overview.Newest.AsSpan());
        return new RunAnswer
        {
            Id = run.Id,
            Name = run.Name,
            Pinned = run.IsPinned,
            Paused = run.IsPaused,
            Kind = Lower(run.Kind),
            BelongsTo = run.BelongsTo,
            Tags = run.Tags,
            Note = run.Note,
            Task = run.Task,
            Cell = run.Cell,
            Status = Lower(run.Status),
            Step = run.LastStep ?? 0,
            Steps = Steps(run.ConfigurationJson),
            Created = run.Created,
            Updated = run.Updated,
            TrainingLoss = run.FinalTrainingLoss ?? overview.Newest[^2],
            ValidationLoss = run.FinalValidationLoss ?? overview.Newest[^1],
            EffectiveContext = reach.Context,
            EffectiveContextText = reach.ContextText,
            GradientReach = reach.Reach,
            GradientReachText = reach.GradientReachText,
            Verdicts = new VerdictCounts(overview.Informations, overview.Warnings, overview.Errors),
        };
    }

    private static string? LossUnitOf(RunManifest run)
    {
        try
        {
            if (run.Task == WatchedRun.Task)
            {
                return null;
            }

            TrainingConfiguration configuration = TrainingConfiguration.FromJson(run.ConfigurationJson);
            return configuration.Task is string task
                && TaskCatalogue.Find(task).Create(configuration.TaskOptions).Shape.IsRegression
                    ? "squared error"
                    : "nats";
        }
        catch (ExperimentException)
        {
            return null;
        }
    }

    private static long? Steps(string configuration) =>
        Json(configuration) is { ValueKind: JsonValueKind.Object } json
        && json.TryGetProperty("steps", out JsonElement steps)
        && steps.ValueKind == JsonValueKind.Number
        && steps.TryGetInt64(out long value)
            ? value
            : null;

    // What a run's writer left there may be anything; the page must still open.
    private static JsonElement? Json(string text)
    {
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Key(long key) => key.ToString(CultureInfo.InvariantCulture);

#pragma warning disable CA1308 // The interface spells its words in lower case, as the store does.
    private static string Lower<TEnum>(TEnum value)
        where TEnum : struct, Enum => value.ToString().ToLowerInvariant();
#pragma warning restore CA1308
}
