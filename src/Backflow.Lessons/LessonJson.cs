using System.Text.Json.Serialization;
using Backflow.Lessons.Exercises;
using Backflow.Lessons.Exploration;

namespace Backflow.Lessons;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(ExerciseAnswer))]
[JsonSerializable(typeof(ExplorerAnswer))]
internal sealed partial class LessonJson : JsonSerializerContext;
