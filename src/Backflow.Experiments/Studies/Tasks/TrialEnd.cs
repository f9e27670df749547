using System.Text.Json.Serialization;
using Backflow.Training.Tasks.Sequences;

namespace Backflow.Experiments.Studies.Tasks;

/// <summary>What is kept of a <see cref="TrialResult"/>.</summary>
internal sealed record TrialEnd(long Parameters, long Steps, TaskScore Score, bool IsSolved, bool IsDiverged);

[JsonSourceGenerationOptions(
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(TrialEnd))]
internal sealed partial class TaskJson : JsonSerializerContext;
