using System.Text.Json.Serialization;
using Backflow.Lessons.Attention;
using Backflow.Lessons.Exploration;

namespace Backflow.Lessons;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(AttentionAnswer))]
[JsonSerializable(typeof(BottleneckAnswer))]
[JsonSerializable(typeof(ExplorerAnswer))]
internal sealed partial class LessonJson : JsonSerializerContext;
