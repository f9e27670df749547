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
            Question("attention", AttentionAnswer.Of, static json => json.AttentionAnswer),
            Question("bottleneck", static _ => BottleneckAnswer.Recorded(), static json => json.BottleneckAnswer),
            Question("exercise", ExerciseCatalogue.Draw, static json => json.ExerciseAnswer),
            Question(
                "explorer",
                static values => NetworkExplorer.Explore(ExplorerQuestion.Of(values)),
                static json => json.ExplorerAnswer),
            Question("dependency-kinds", DependencyQuestions.Kinds, static json => json.KindsAnswer),
            Question("dependency-sentence", DependencyQuestions.Sentence, static json => json.SentenceAnswer),
            Question("dependency-accuracy", DependencyQuestions.Accuracy, static json => json.AccuracyAnswer),
            Question("sentence-gates", GateReader.Answer, static json => json.GatesAnswer),
            Question("memory-round", DependencyQuestions.Round, static json => json.RoundAnswer),
            Question("two-units", TwoUnits.Answer, static json => json.TwoUnitsAnswer),
            Question("depth-products", DepthProducts.Answer, static json => json.DepthProductsAnswer),
            Question("random-starts", RandomStarts.Answer, static json => json.RandomStartsAnswer),
            Question("cell-sizes", CellSizes.Answer, static json => json.CellSizesAnswer),
            Question(
                "latch",
                static values => LatchMaker.Answer(LatchQuestion.Of(values)),
                static json => json.LatchAnswer),
            Question("before", BeforeGates.Answer, static json => json.BeforeAnswer),
            Question("first-states", FirstStatesMeasurement.Answer, static json => json.FirstStatesAnswer),
            Question("symptom", SymptomCatalogue.Answer, static json => json.SymptomAnswer),
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

    // What an answer's JSON is made of is asked for with the answer: a browser would make all of it before the first.
    private static KeyValuePair<string, Func<QuestionValues, byte[]>> Question<T>(
        string name, Func<QuestionValues, T> answer, Func<LessonJson, JsonTypeInfo<T>> type) =>
        new(name, values => JsonSerializer.SerializeToUtf8Bytes(answer(values), type(LessonJson.Default)));
}
