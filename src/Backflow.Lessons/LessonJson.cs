using System.Text.Json.Serialization;
using Backflow.Lessons.Exploration;
using Backflow.Lessons.Playground;

namespace Backflow.Lessons;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(ExplorerAnswer))]
[JsonSerializable(typeof(PlaygroundAnswer))]
[JsonSerializable(typeof(ScriptedMistake))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class LessonJson : JsonSerializerContext;
