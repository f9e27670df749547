using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using Backflow.Training;

namespace Backflow.Lessons.Dependencies;

/// <summary>What lessons ask about long dependencies and the networks that were trained on them.</summary>
internal static class DependencyQuestions
{
    private const int UsualDistance = 8;
    private const int UsualStage = 1000;
    private const int LargestNumber = 999_999;

    private static readonly ConcurrentDictionary<(string Kind, int Steps), Lazy<AccuracyAnswer>> Measured = new();

    /// <summary>A sentence of every kind: <c>distance</c>, or the shortest one of a kind if that is longer.</summary>
    public static KindsAnswer Kinds(QuestionValues values)
    {
        int steps = Steps(values);
        int number = Number(values);
        int distance = (int)values.Whole("distance", UsualDistance, 1, DependencyKinds.Longest);
        return new KindsAnswer(
            DependencyNetworks.Stages,
            DependencyKinds.Longest,
            [
                .. DependencyKinds.All.Select(
                    kind => Answer(kind, Math.Max(distance, kind.Shortest), number, steps)),
            ]);
    }

    /// <summary>The sentence of a <c>kind</c>, <c>distance</c> and <c>number</c>.</summary>
    public static SentenceAnswer Sentence(QuestionValues values)
    {
        DependencyKind kind = DependencyKinds.Of(values.Text("kind", "agreement"));
        return Answer(kind, Distance(values, kind), Number(values), Steps(values));
    }

    /// <summary>That sentence itself.</summary>
    public static DependencySentence Drawn(QuestionValues values)
    {
        DependencyKind kind = DependencyKinds.Of(values.Text("kind", "agreement"));
        return DependencySentence.HeldOut(kind, Distance(values, kind), Number(values));
    }

    /// <summary>How often the networks are right, by distance, for a <c>kind</c>.</summary>
    public static AccuracyAnswer Accuracy(QuestionValues values)
    {
        DependencyKind kind = DependencyKinds.Of(values.Text("kind", "agreement"));
        return Measured.GetOrAdd(
            (kind.Name, Steps(values)),
            one => new Lazy<AccuracyAnswer>(() => new AccuracyAnswer(
                kind.Name,
                kind.Shortest,
                DependencyAccuracy.Sentences,
                1.0 / kind.Answers.Length,
                ByCell(cell => DependencyAccuracy.Measure(DependencyNetworks.Of(cell, one.Steps), one.Kind))))).Value;
    }

    /// <summary>The letters of a round of the game, by <c>distance</c> and <c>number</c>.</summary>
    public static RoundAnswer Round(QuestionValues values)
    {
        DependencyKind kind = DependencyKinds.Memory;
        return new RoundAnswer(
            DependencySentence.HeldOut(kind, Distance(values, kind), Number(values)).Words, kind.Answers);
    }

    private static SentenceAnswer Answer(DependencyKind kind, int distance, int number, int steps)
    {
        DependencySentence sentence = DependencySentence.HeldOut(kind, distance, number);
        return new SentenceAnswer
        {
            Kind = kind.Name,
            Title = kind.Title,
            Rule = kind.Rule,
            Shortest = kind.Shortest,
            Words = sentence.Words,
            Key = sentence.Key,
            Distance = sentence.Distance,
            Answer = sentence.Answer,
            IsHeldOut = sentence.IsHeldOut,
            Candidates = kind.Answers,
            Readings = ByCell(cell => SentenceReader.Read(DependencyNetworks.Of(cell, steps), sentence)),
        };
    }

    private static ImmutableSortedDictionary<string, T> ByCell<T>(Func<string, T> answer) =>
        DependencyNetworks.CellNames.ToImmutableSortedDictionary(
            static cell => cell, answer, StringComparer.Ordinal);

    private static int Distance(QuestionValues values, DependencyKind kind) => (int)values.Whole(
        "distance", Math.Max(UsualDistance, kind.Shortest), kind.Shortest, DependencyKinds.Longest);

    private static int Number(QuestionValues values) => (int)values.Whole("number", 0, 0, LargestNumber);

    /// <summary>The steps after which the networks were kept: one of their stages.</summary>
    public static int Steps(QuestionValues values)
    {
        int steps = (int)values.Whole("steps", UsualStage, 0, int.MaxValue);
        return DependencyNetworks.Stages.Contains(steps)
            ? steps
            : throw new ExperimentException(
                string.Create(CultureInfo.InvariantCulture, $"There is no network after {steps} steps."),
                $"Choose one of {string.Join(", ", DependencyNetworks.Stages)}.");
    }
}
