using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Backflow.Lessons.Attention;
using Backflow.Lessons.Before;
using Backflow.Lessons.Dependencies;
using Backflow.Lessons.Exercises;
using Backflow.Lessons.Exploration;
using Backflow.Lessons.FirstStates;
using Backflow.Lessons.Latch;
using Backflow.Lessons.Recurrence;
using Backflow.Lessons.Symptoms;
using Backflow.Training;

namespace Backflow.Lessons;

/// <summary>What a page may ask the engine where there is no store: a name and values in, JSON out.</summary>
/// <remarks>
/// The server answers them at <c>/api/NAME</c>, and the site without a server from the same code as WebAssembly. Safe
/// to call from any thread.
/// </remarks>
public static class EngineQuestions
{
    private static readonly ImmutableSortedDictionary<string, Func<QuestionValues, byte[]>> All =
        ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal,
        [
            Question("attention", AttentionAnswer.Of, LessonJson.Default.AttentionAnswer),
            Question("bottleneck", static _ => BottleneckAnswer.Recorded(), LessonJson.Default.BottleneckAnswer),
            Question("exercise", ExerciseCatalogue.Draw, LessonJson.Default.ExerciseAnswer),
            Question(
                "explorer",
                static values => NetworkExplorer.Explore(ExplorerQuestion.Of(values)),
                LessonJson.Default.ExplorerAnswer),
            Question("dependency-kinds", DependencyQuestions.Kinds, LessonJson.Default.KindsAnswer),
            Question("dependency-sentence", DependencyQuestions.Sentence, LessonJson.Default.SentenceAnswer),
            Question("dependency-accuracy", DependencyQuestions.Accuracy, LessonJson.Default.AccuracyAnswer),
            Question("sentence-gates", GateReader.Answer, LessonJson.Default.GatesAnswer),
            Question("memory-round", DependencyQuestions.Round, LessonJson.Default.RoundAnswer),
            Question("two-units", TwoUnits.Answer, LessonJson.Default.TwoUnitsAnswer),
            Question("depth-products", DepthProducts.Answer, LessonJson.Default.DepthProductsAnswer),
            Question("random-starts", RandomStarts.Answer, LessonJson.Default.RandomStartsAnswer),
            Question("cell-sizes", CellSizes.Answer, LessonJson.Default.CellSizesAnswer),
            Question(
                "latch",
                static values => LatchMaker.Answer(LatchQuestion.Of(values)),
                LessonJson.Default.LatchAnswer),
            Question("before", BeforeGates.Answer, LessonJson.Default.BeforeAnswer),
            Question("first-states", FirstStatesMeasurement.Answer, LessonJson.Default.FirstStatesAnswer),
            Question("symptom", SymptomCatalogue.Answer, LessonJson.Default.SymptomAnswer),
        ]);

    /// <summary>Every question's name, as in <c>explorer</c>.</summary>
    public static IEnumerable<string> Names => All.Keys;

    /// <summary>Answers a question.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="values">The question's values by name; what is missing has its usual value.</param>
    /// <returns>The answer in UTF-8 JSON; its members are camelCase.</returns>
    /// <exception cref="ExperimentException">There is no such question, or a value is outside its range.</exception>
    public static byte[] Answer(string name, IReadOnlyDictionary<string, string> values) =>
        All.TryGetValue(name, out Func<QuestionValues, byte[]>? answer)
            ? answer(new QuestionValues(values))
            : throw new ExperimentException(
                $"There is no question '{name}'.", $"Ask one of {string.Join(", ", Names)}.");

    private static KeyValuePair<string, Func<QuestionValues, byte[]>> Question<T>(
        string name, Func<QuestionValues, T> answer, JsonTypeInfo<T> type) =>
        new(name, values => JsonSerializer.SerializeToUtf8Bytes(answer(values), type));
}
