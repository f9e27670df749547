using Backflow.Engine;
using Backflow.Lessons.Dependencies;
using Backflow.Training.Tasks.Sequences;

namespace Backflow.Lessons.Tests.Dependencies;

public sealed class DependencySentenceTests
{
    private const int Drawn = 200;

    public static TheoryData<string> Kinds => [.. DependencyAccuracy.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void HeldOut_EveryDistance_HasOneKeyThatDecidesTheAnswer(string name)
    {
        DependencyKind kind = DependencyKinds.Of(name);
        for (int distance = kind.Shortest; distance <= DependencyKinds.Longest; distance++)
        {
            for (int number = 0; number < 20; number++)
            {
                DependencySentence sentence = DependencySentence.HeldOut(kind, distance, number);
                Assert.Equal(distance, sentence.Words.Length - sentence.Key);
                Assert.Equal(distance, sentence.Distance);
                Assert.Contains((sentence.Words[sentence.Key], sentence.Answer), kind.Keys);
                Assert.Equal(kind.Before, sentence.Words[..sentence.Key]);
                Assert.Equal(kind.End, sentence.Words[^kind.End.Length..]);
                Assert.Equal(distance > kind.Shortest, sentence.IsHeldOut);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ForTraining_AnyDistance_NeverReadsAHeldOutSentence(string name)
    {
        DependencyKind kind = DependencyKinds.Of(name);
        SplittableRandom random = new(1);
        foreach (int distance in new[] { kind.Shortest, kind.Shortest + 1, kind.Shortest + 2, DependencyKinds.Longest })
        {
            HashSet<string> heldOut =
                [.. Enumerable.Range(0, Drawn).Select(i => Text(DependencySentence.HeldOut(kind, distance, i)))];
            HashSet<string> trained =
            [
                .. Enumerable.Range(0, Drawn)
                    .Select(_ => Text(DependencySentence.ForTraining(kind, distance, random))),
            ];
            Assert.Equal(distance == kind.Shortest, heldOut.Overlaps(trained));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void HeldOut_ManySentences_HaveEveryAnswer(string name)
    {
        DependencyKind kind = DependencyKinds.Of(name);
        IEnumerable<string> answers =
            Enumerable.Range(0, Drawn).Select(i => DependencySentence.HeldOut(kind, 12, i).Answer);
        Assert.Equal(kind.Answers.Order(StringComparer.Ordinal), answers.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void HeldOut_ANumber_IsTheSentenceOfAllReaders()
    {
        DependencyKind kind = DependencyKinds.Of("brackets");
        DependencySentence once = DependencySentence.HeldOut(kind, 9, 3);
        Assert.Equal(Text(once), Text(DependencySentence.HeldOut(kind, 9, 3)));
        Assert.NotEqual(Text(once), Text(DependencySentence.HeldOut(kind, 9, 4)));
    }

    [Fact]
    public void Brackets_BetweenTheFirstAndItsEnd_AreAllClosed()
    {
        for (int number = 0; number < Drawn; number++)
        {
            DependencySentence sentence = DependencySentence.HeldOut(DependencyKinds.Of("brackets"), 15, number);
            Stack<string> open = [];
            foreach (string word in sentence.Words.Append(sentence.Answer))
            {
                switch (word)
                {
                    case "(" or "[" or "{":
                        open.Push(word switch { "(" => ")", "[" => "]", _ => "}" });
                        break;
                    case ")" or "]" or "}":
                        Assert.Equal(open.Pop(), word);
                        break;
                    default:
                        break;
                }
            }

            Assert.Empty(open);
        }
    }

    [Fact]
    public void Task_EveryRow_EndsWithItsSentenceAndAsksForTheAnswer()
    {
        DependencyTask task = new() { Identity = DependencyNetworks.TaskName };
        TaskBatch batch = new(task.Shape, 64);
        task.WriteTraining(new SplittableRandom(5), step: 1, batch);
        HashSet<int> dependencies = [];
        for (int row = 0; row < batch.BatchSize; row++)
        {
            int first = 0;
            while (batch.Token(first, row) == DependencyWords.Empty)
            {
                first++;
            }

            Assert.All(
                Enumerable.Range(first, task.Shape.SequenceLength - first),
                t => Assert.InRange(batch.Token(t, row), 1, task.Shape.VocabularySize - 1));
            Assert.InRange(batch.Target(0, row), 0, task.Shape.OutputSize - 1);
            dependencies.Add(batch.Dependency(row));
        }

        Assert.InRange(dependencies.Max(), 15, DependencyKinds.Longest - 1);
        Assert.InRange(dependencies.Min(), 0, 3);
        Assert.Equal(DependencyKinds.Longest - 1, task.Dependencies.Longest);
    }

    private static string Text(DependencySentence sentence) => string.Join(' ', sentence.Words);
}
