using System.Text.Json.Serialization;
using Backflow.Lessons.Attention;
using Backflow.Lessons.Dependencies;
using Backflow.Lessons.Exploration;
using Backflow.Lessons.Recurrence;

namespace Backflow.Lessons;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(AttentionAnswer))]
[JsonSerializable(typeof(BottleneckAnswer))]
[JsonSerializable(typeof(ExplorerAnswer))]
[JsonSerializable(typeof(KindsAnswer))]
[JsonSerializable(typeof(SentenceAnswer))]
[JsonSerializable(typeof(AccuracyAnswer))]
[JsonSerializable(typeof(GatesAnswer))]
[JsonSerializable(typeof(RoundAnswer))]
[JsonSerializable(typeof(TwoUnitsAnswer))]
[JsonSerializable(typeof(DepthProductsAnswer))]
[JsonSerializable(typeof(RandomStartsAnswer))]
[JsonSerializable(typeof(CellSizesAnswer))]
internal sealed partial class LessonJson : JsonSerializerContext;
