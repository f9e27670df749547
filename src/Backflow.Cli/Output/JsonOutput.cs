using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Backflow.Experiments.Benchmarks;
using Backflow.Experiments.Diagnosis;
using Backflow.Experiments.Dynamics;
using Backflow.Experiments.Figures;
using Backflow.Experiments.Models;
using Backflow.Experiments.Probing;
using Backflow.Experiments.Studies;
using Backflow.Experiments.Verification;
using Backflow.Training;

namespace Backflow.Cli.Output;

/// <summary>
/// Writes objects as single lines of JSON; NaN and infinities are the strings "NaN", "Infinity", "-Infinity".
/// </summary>
internal static class JsonOutput
{
    public static void Write<T>(T value) =>
        Console.Out.WriteLine(JsonSerializer.Serialize(value, typeof(T), OutputJson.Default));

    /// <summary>Writes the rows of a check as they come.</summary>
    /// <param name="rows">Computed while they are written.</param>
    /// <param name="passed">Whether one passed.</param>
    /// <returns>Done where all passed, else failed.</returns>
    public static int WriteRows<T>(IEnumerable<T> rows, Func<T, bool> passed)
    {
        int exitCode = ExitCodes.Done;
        foreach (T row in rows)
        {
            Write(row);
            exitCode = passed(row) ? exitCode : ExitCodes.Failed;
        }

        return exitCode;
    }

    /// <summary>Writes a verdict: the fields of its payload beside those of every line.</summary>
    /// <param name="verdict">The verdict, whose payload is JSON.</param>
    /// <param name="cell">The cell of a comparison; null where there is one run.</param>
    public static void WriteVerdict(VerdictReport verdict, string? cell = null)
    {
        JsonObject line = new() { ["event"] = "verdict" };
        if (cell is not null)
        {
            line["cell"] = cell;
        }

        foreach ((string name, JsonNode? value) in JsonNode.Parse(verdict.PayloadJson)!.AsObject())
        {
            line[name] = value?.DeepClone();
        }

        Write(line);
    }
}

internal sealed record JsonStart(string Event, string Run, string Description, long FirstStep);

internal sealed record JsonTask(
    string Event,
    string Task,
    int DependencyLength,
    string Loss,
    string SuccessMeasure,
    double ChanceSuccess,
    double? MemorylessLoss,
    double MemorylessSuccess);

internal sealed record JsonStep(
    string Event,
    long Step,
    long TotalSteps,
    double Epoch,
    double TrainingLossNats,
    double TrainingLossBits,
    double? ValidationLossNats,
    double? ValidationSuccess,
    double GradientNorm,
    double LearningRate,
    double CharactersPerSecond,
    double? SecondsLeft);

internal sealed record JsonContext(
    string Event, long Step, long Sequences, int EffectiveContext, bool EffectiveContextIsAtLeast, string Rule);

internal sealed record JsonExport(
    string Event,
    string Run,
    long? Step,
    string? Onnx,
    string? Safetensors,
    string? Python,
    string? EventFile,
    string? Parquet,
    string? Csv,
    long? Rows);

internal sealed record JsonSample(string Event, long Step, string Text);

internal sealed record JsonCheckpoint(string Event, long Step);

internal sealed record JsonWarning(string Event, string Message);

internal sealed record JsonEnd(
    string Event,
    string Run,
    string Status,
    long Step,
    long TotalSteps,
    double? TrainingLossNats,
    double? ValidationLossNats,
    double? ValidationSuccess,
    double? MemorylessLoss,
    double? ChanceSuccess,
    double Seconds,
    long Parameters,
    double? TelemetryCost,
    long DroppedRows,
    double? EffectiveContext,
    bool? EffectiveContextIsAtLeast,
    double? GradientReach,
    bool? GradientReachIsAtLeast,
    double? GradientGrowth,
    double ReachSeconds);

internal sealed record JsonCellStart(string Event, string Cell, string Run, string Description);

internal sealed record JsonCellStep(
    string Event,
    string Cell,
    long Step,
    long TotalSteps,
    double TrainingLossNats,
    double? ValidationLossNats,
    double? ValidationSuccess,
    double GradientNorm,
    double CharactersPerSecond);

internal sealed record JsonCellWarning(string Event, string? Cell, string Message);

internal sealed record JsonComparison(string Event, string Name, IReadOnlyList<JsonComparedCell> Cells);

internal sealed record JsonComparedCell(
    string Cell,
    string Run,
    string Status,
    int HiddenSize,
    long Parameters,
    long Step,
    double? TrainingLossNats,
    double? ValidationLossNats,
    double? ValidationSuccess,
    double? EffectiveContext,
    bool? EffectiveContextIsAtLeast,
    double? GradientReach,
    bool? GradientReachIsAtLeast,
    double? GradientGrowth,
    double? Horizon,
    double? Decay);

internal sealed record JsonGeneration(string Event, string Run, long Step, string Prompt, string Text, ulong Seed);

internal sealed record JsonRun(
    string Id,
    string Name,
    string Status,
    bool IsPaused,
    string? BelongsTo,
    IReadOnlyList<string> Tags,
    string Note,
    string Task,
    string Cell,
    DateTimeOffset Created,
    DateTimeOffset Updated,
    long? LastStep,
    double? TrainingLossNats,
    double? ValidationLossNats,
    double? EffectiveContext,
    bool? EffectiveContextIsAtLeast,
    double? GradientReach,
    bool? GradientReachIsAtLeast,
    double? GradientGrowth,
    ulong Seed,
    string Version,
    string Machine,
    string CommandLine,
    IReadOnlyList<long>? Checkpoints,
    JsonElement? Configuration);

internal sealed record JsonExperiment(string Name, string Question, string Method);

internal sealed record JsonExperimentResult(
    string Event, string Run, string Report, string NumbersFile, string? Reused, StudyRecord Result);

internal sealed record JsonBenchmarkShape(string Shape, double Operations);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(JsonStart))]
[JsonSerializable(typeof(JsonCellStart))]
[JsonSerializable(typeof(JsonCellStep))]
[JsonSerializable(typeof(JsonCellWarning))]
[JsonSerializable(typeof(JsonComparison))]
[JsonSerializable(typeof(JsonTask))]
[JsonSerializable(typeof(JsonStep))]
[JsonSerializable(typeof(JsonSample))]
[JsonSerializable(typeof(JsonContext))]
[JsonSerializable(typeof(JsonExport))]
[JsonSerializable(typeof(ImportReport))]
[JsonSerializable(typeof(ScalarImportReport))]
[JsonSerializable(typeof(JsonCheckpoint))]
[JsonSerializable(typeof(JsonWarning))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(JsonEnd))]
[JsonSerializable(typeof(JsonGeneration))]
[JsonSerializable(typeof(JsonRun))]
[JsonSerializable(typeof(GradientCheckRow))]
[JsonSerializable(typeof(OnnxModelRow))]
[JsonSerializable(typeof(BenchmarkRow))]
[JsonSerializable(typeof(JsonBenchmarkShape))]
[JsonSerializable(typeof(JsonExperiment))]
[JsonSerializable(typeof(JsonExperimentResult))]
[JsonSerializable(typeof(DiagnosisReport))]
[JsonSerializable(typeof(DynamicsReport))]
[JsonSerializable(typeof(ProbeReport))]
[JsonSerializable(typeof(JsonSweep))]
[JsonSerializable(typeof(JsonSweepStart))]
[JsonSerializable(typeof(JsonSweepMember))]
[JsonSerializable(typeof(JsonSweepEntry))]
internal sealed partial class OutputJson : JsonSerializerContext;
