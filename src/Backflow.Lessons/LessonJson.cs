using System.Text.Json.Serialization;
using Backflow.Lessons.Attention;
using Backflow.Lessons.Before;
using Backflow.Lessons.Dependencies;
using Backflow.Lessons.Exercises;
using Backflow.Lessons.Exploration;
using Backflow.Lessons.FirstStates;
using Backflow.Lessons.Latch;
using Backflow.Lessons.Playground;
using Backflow.Lessons.Recurrence;
using Backflow.Lessons.Symptoms;

namespace Backflow.Lessons;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(AccuracyAnswer))]
[JsonSerializable(typeof(AttentionAnswer))]
[JsonSerializable(typeof(BeforeAnswer))]
[JsonSerializable(typeof(BottleneckAnswer))]
[JsonSerializable(typeof(CellSizesAnswer))]
[JsonSerializable(typeof(DepthProductsAnswer))]
[JsonSerializable(typeof(ExerciseAnswer))]
[JsonSerializable(typeof(ExplorerAnswer))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(FirstStatesAnswer))]
[JsonSerializable(typeof(GatesAnswer))]
[JsonSerializable(typeof(KindsAnswer))]
[JsonSerializable(typeof(LatchAnswer))]
[JsonSerializable(typeof(PlaygroundAnswer))]
[JsonSerializable(typeof(RandomStartsAnswer))]
[JsonSerializable(typeof(RoundAnswer))]
[JsonSerializable(typeof(ScriptedMistake))]
[JsonSerializable(typeof(SentenceAnswer))]
[JsonSerializable(typeof(SymptomAnswer))]
[JsonSerializable(typeof(TwoUnitsAnswer))]
internal sealed partial class LessonJson : JsonSerializerContext;
