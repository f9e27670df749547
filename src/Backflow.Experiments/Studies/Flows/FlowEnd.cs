using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Backflow.Training.Tasks.Sequences;

namespace Backflow.Experiments.Studies.Flows;

/// <summary>What is kept of a <see cref="FlowTrace"/>.</summary>
internal sealed record FlowEnd(
    ImmutableArray<FlowSnapshot> Snapshots, long? FailedStep, double ClippedShare, TaskScore? Score);

[JsonSourceGenerationOptions(
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(FlowEnd))]
internal sealed partial class FlowJson : JsonSerializerContext;
