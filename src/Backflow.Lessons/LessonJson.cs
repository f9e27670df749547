using System.Text.Json.Serialization;
using Backflow.Lessons.Dependencies;
using Backflow.Lessons.Exploration;

namespace Backflow.Lessons;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(ExplorerAnswer))]
[JsonSerializable(typeof(KindsAnswer))]
[JsonSerializable(typeof(SentenceAnswer))]
[JsonSerializable(typeof(AccuracyAnswer))]
[JsonSerializable(typeof(RoundAnswer))]
internal sealed partial class LessonJson : JsonSerializerContext;
