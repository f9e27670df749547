using System.Text;
using System.Text.Json;
using Backflow.Lessons.Playground;
using Backflow.Training;

namespace Backflow.Lessons;

/// <summary>The engine as a script asks it: strings in, JSON out, and a mistake is an answer too.</summary>
/// <remarks>
/// Values come as a JSON object of strings. A reply is what was asked for, or <c>{"error":…,"remedy":…}</c>. One
/// training is under way at most; another one takes its place. Not to be called by two threads at once: a worker of a
/// page has one.
/// </remarks>
public sealed class ScriptedEngine : IDisposable
{
    private PlaygroundTraining? _training;

    /// <summary>Answers one of <see cref="EngineQuestions"/>.</summary>
    /// <param name="name">The question's name.</param>
    /// <param name="values">The question's values, a JSON object of strings.</param>
    /// <returns>The answer, or the mistake.</returns>
    public static string Ask(string name, string values) =>
        Reply(() => EngineQuestions.Answer(name, Read(values)));

    /// <summary>Begins a small training in place of the one that is under way.</summary>
    /// <param name="values">length, steps and seed, a JSON object of strings.</param>
    /// <returns>The networks before their first step, or the mistake.</returns>
    public string Train(string values) => Reply(() =>
    {
        PlaygroundTraining training = new(new QuestionValues(Read(values)));
        _training?.Dispose();
        _training = training;
        return Answer(training, steps: 0);
    });

    /// <summary>Goes on with the training that is under way.</summary>
    /// <param name="steps">Steps of each network.</param>
    /// <returns>What these steps left, or that there is no training.</returns>
    public string Advance(int steps) => Reply(() => Answer(
        _training ?? throw new ExperimentException("No training is under way.", "Begin one."), steps));

    /// <inheritdoc/>
    public void Dispose() => _training?.Dispose();

    private static byte[] Answer(PlaygroundTraining training, int steps) =>
        JsonSerializer.SerializeToUtf8Bytes(training.Advance(steps), LessonJson.Default.PlaygroundAnswer);

    private static Dictionary<string, string> Read(string values) =>
        JsonSerializer.Deserialize(values, LessonJson.Default.DictionaryStringString) ?? [];

    private static string Reply(Func<byte[]> answer)
    {
        try
        {
            return Encoding.UTF8.GetString(answer());
        }
        catch (ExperimentException mistake)
        {
            return JsonSerializer.Serialize(
                new ScriptedMistake(mistake.Message, mistake.Remedy), LessonJson.Default.ScriptedMistake);
        }
    }
}

/// <summary>What is wrong with a question, and what to ask instead; refusals of the server have these members
/// too.</summary>
/// <param name="Error">One sentence.</param>
/// <param name="Remedy">One sentence.</param>
internal sealed record ScriptedMistake(string Error, string Remedy);
