using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Backflow.Experiments.Studies.Probes;

/// <summary>What is kept of a measured activation.</summary>
/// <param name="Norms">[T]: ‖∂L/∂h‖, the last entry that of the loss itself.</param>
/// <param name="ActiveUnits">Units that are not exactly 0 in the end.</param>
internal sealed record ProfileEnd(ImmutableArray<double> Norms, int ActiveUnits);

[JsonSourceGenerationOptions(
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(ProfileEnd))]
[JsonSerializable(typeof(ImmutableArray<double>))]
internal sealed partial class ProbeJson : JsonSerializerContext;
