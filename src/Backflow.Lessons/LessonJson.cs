using System.Text.Json.Serialization;
using Backflow.Lessons.Before;
using Backflow.Lessons.Exploration;
using Backflow.Lessons.FirstStates;
using Backflow.Lessons.Latch;
using Backflow.Lessons.Symptoms;

namespace Backflow.Lessons;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(BeforeAnswer))]
[JsonSerializable(typeof(ExplorerAnswer))]
[JsonSerializable(typeof(FirstStatesAnswer))]
[JsonSerializable(typeof(LatchAnswer))]
[JsonSerializable(typeof(SymptomAnswer))]
internal sealed partial class LessonJson : JsonSerializerContext;
