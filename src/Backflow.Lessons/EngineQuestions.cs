using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Backflow.Lessons.Exercises;
using Backflow.Lessons.Exploration;
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
            Question("exercise", ExerciseCatalogue.Draw, LessonJson.Default.ExerciseAnswer),
            Question(
                "explorer",
                static values => NetworkExplorer.Explore(ExplorerQuestion.Of(values)),
                LessonJson.Default.ExplorerAnswer),
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
