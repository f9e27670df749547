using System.Text.Json.Serialization;

namespace Backflow.Experiments.Studies.Exercises;

/// <summary>An answered exercise, and the search that one of them makes.</summary>
/// <param name="Exercise">The answer.</param>
/// <param name="Search">What came out among random networks; null for an exercise without a search.</param>
internal sealed record ExerciseEnd(Exercise Exercise, SigmoidBound.Search? Search = null);

[JsonSourceGenerationOptions(
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(ExerciseEnd))]
internal sealed partial class ExerciseJson : JsonSerializerContext;
