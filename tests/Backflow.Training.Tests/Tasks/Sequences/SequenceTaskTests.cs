using Backflow.Engine;
using Backflow.Training.Tasks;
using Backflow.Training.Tasks.Sequences;
using Xunit;

namespace Backflow.Training.Tests.Tasks.Sequences;

/// <summary>Every generator against a checker that knows the definition and nothing of the generator.</summary>
public sealed class SequenceTaskTests
{
    private const int Rows = 200;

    public static TheoryData<string> Names => [.. TaskCatalogue.Names];

    [Theory]
    [InlineData(100, 0.1733)]
    [InlineData(200, 0.0945)]
    [InlineData(500, 0.0400)]
    [InlineData(1000, 0.0204)]
    public void CopyMemory_MemorylessLoss_IsThePublishedOne(int lag, double published) =>
        Assert.Equal(published, Make("copy-memory", ("lag", lag)).Baselines.MemorylessLoss, 4);

    // A task from outside may not know it: then nothing is compared with it.
    [Theory]
    [InlineData(0.25, 0.25)]
    [InlineData(double.NaN, null)]
    [InlineData(double.PositiveInfinity, null)]
    public void KnownMemorylessLoss_IsANumberOrNothing(double loss, double? known) =>
        Assert.Equal(known, new TaskBaselines(0.1, loss, 0.1).KnownMemorylessLoss);

    [Fact]
    public void CopyMemory_Sequence_RepeatsItsSymbolsAfterTheBlanks()
    {
        const int Lag = 7;
        TaskBatch batch = Training(Make("copy-memory", ("lag", Lag)));
        Assert.Equal(Lag + 20, batch.Shape.SequenceLength);
        for (int row = 0; row < Rows; row++)
        {
            for (int t = 0; t < Lag + 20; t++)
            {
                int token = batch.Token(t, row);
                Assert.Equal(t < 10, token < 8);
                Assert.Equal(t == Lag + 9, token == CopyMemoryTask.Delimiter);
                int wanted = t < Lag + 10 ? CopyMemoryTask.Blank : batch.Token(t - Lag - 10, row);
                Assert.Equal(wanted, batch.Target(t, row));
            }
        }
    }

    [Theory]
    [InlineData(8, 3)]
    [InlineData(16, 5)]
    [InlineData(17, 6)]
    [InlineData(32, 6)]
    public void Agreement_ShortSequences_AreMeasuredWithTheAttractorsThatFit(int length, int groups)
    {
        SequenceTask task = Make("agreement", ("length", length));
        Assert.Equal(groups, task.GroupCount);
        TaskBatch batch = new(task.Shape, task.ValidationCount);
        task.WriteValidation(0, batch);
        int[] counts = new int[groups];
        for (int row = 0; row < batch.BatchSize; row++)
        {
            counts[batch.Group(row)]++;
        }

        Assert.All(counts, static count => Assert.Equal(100, count));
    }

    [Fact]
    public void Adding_Sequence_AddsWhatIsMarkedOnceInEitherHalf()
    {
        TaskBatch batch = Training(Make("adding", ("length", 11)));
        double squaredError = 0;
        for (int row = 0; row < Rows; row++)
        {
            double sum = 0;
            List<int> marked = [];
            for (int t = 0; t < 11; t++)
            {
                Assert.InRange(batch.Feature(t, row, 0), 0, 1);
                sum += batch.Feature(t, row, 0) * batch.Feature(t, row, 1);
                if (batch.Feature(t, row, 1) == 1)
                {
                    marked.Add(t);
                }
            }

            Assert.Equal(2, marked.Count);
            Assert.InRange(marked[0], 0, 4);
            Assert.InRange(marked[1], 5, 10);
            Assert.Equal(sum, batch.TargetValue(0, row), 1e-5);
            squaredError += (sum - 1) * (sum - 1);
        }

        // 200 draws: the standard error of the mean is 0.014.
        Assert.InRange(squaredError / Rows, (1.0 / 6) - 0.06, (1.0 / 6) + 0.06);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void TemporalOrder_Class_IsTheOrderOfTheRelevantSymbols(int symbols)
    {
        TaskBatch batch = Training(Make("temporal-order", ("length", 100), ("symbols", symbols)));
        HashSet<int> classes = [];
        for (int row = 0; row < Rows; row++)
        {
            List<(int Place, int Symbol)> relevant = [];
            for (int t = 0; t < 100; t++)
            {
                int token = batch.Token(t, row);
                Assert.Equal(t == 0, token == TemporalOrderTask.Start);
                Assert.Equal(t == 99, token == TemporalOrderTask.End);
                if (token is 4 or 5)
                {
                    relevant.Add((t, token - 4));
                }
            }

            Assert.Equal(symbols, relevant.Count);
            Assert.InRange(relevant[0].Place, 10, 19);
            Assert.Equal(relevant.Aggregate(0, static (sum, one) => (2 * sum) + one.Symbol), batch.Target(0, row));
            classes.Add(batch.Target(0, row));
        }

        Assert.Equal(1 << symbols, classes.Count);
    }

    [Fact]
    public void Brackets_Sequence_IsBalancedAndAsksForWhatAStackKnows()
    {
        TaskBatch batch = Training(Make("brackets", ("length", 20), ("alphabet", 3), ("depth", 4)));
        for (int row = 0; row < Rows; row++)
        {
            Stack<int> open = new();
            int counted = 0;
            for (int t = 0; t < 20; t++)
            {
                int token = batch.Token(t, row);
                if (token < 3)
                {
                    open.Push(token);
                }
                else
                {
                    Assert.Equal(open.Pop(), token - 3);
                }

                Assert.InRange(open.Count, 0, 4);
                bool asks = t < 19 && batch.Token(t + 1, row) >= 3 && token >= 3;
                Assert.Equal(asks ? open.Peek() : TaskBatch.Ignored, batch.Target(t, row));
                counted += asks ? 1 : 0;
            }

            Assert.Empty(open);
            Assert.NotEqual(0, counted);
        }
    }

    [Fact]
    public void Echo_Target_IsTheSymbolOfTheDelay()
    {
        TaskBatch batch = Training(Make("echo", ("lag", 6), ("length", 5)));
        for (int t = 0; t < 11; t++)
        {
            Assert.Equal(t < 6 ? TaskBatch.Ignored : batch.Token(t - 6, 3), batch.Target(t, 3));
        }
    }

    // The first image of the file: a nought.
    [Fact]
    public void Digits_Image_IsReadFromTheTopLeftRowByRow()
    {
        byte[] nought =
        [
            0, 0, 5, 13, 9, 1, 0, 0,
            0, 0, 13, 15, 10, 15, 5, 0,
            0, 3, 15, 2, 0, 11, 8, 0,
            0, 4, 12, 0, 0, 8, 8, 0,
            0, 5, 8, 0, 0, 9, 8, 0,
            0, 4, 11, 0, 1, 12, 7, 0,
            0, 2, 14, 5, 10, 12, 0, 0,
            0, 0, 6, 13, 10, 0, 0, 0,
        ];
        SequenceTask task = Make("digits");
        string wanted = string.Join(' ', nought.Select(static pixel => FormattableString.Invariant($"{pixel / 16f}")));
        Assert.Contains(Enumerable.Range(0, 200), step =>
        {
            TaskBatch batch = new(task.Shape, 100);
            task.WriteTraining(new SplittableRandom(7), step, batch);
            return Enumerable.Range(0, 100).Any(row => Row(batch, row) == wanted && batch.Target(0, row) == 0);
        });
    }

    [Fact]
    public void Digits_HeldOutImages_AreNeverTrainedOn()
    {
        SequenceTask task = Make("digits");
        TaskBatch heldOut = new(task.Shape, 2 * task.ValidationCount);
        task.WriteValidation(0, heldOut);
        HashSet<string> unseen = [.. Enumerable.Range(0, heldOut.BatchSize).Select(row => Row(heldOut, row))];
        Assert.Equal(heldOut.BatchSize, unseen.Count);

        TaskBatch trained = new(task.Shape, 500);
        HashSet<string> seen = [];
        for (int step = 0; step < 40; step++)
        {
            task.WriteTraining(new SplittableRandom(7), step, trained);
            seen.UnionWith(Enumerable.Range(0, trained.BatchSize).Select(row => Row(trained, row)));
        }

        // Of 1,285 images, 20,000 draws leave out 2e-4 of one.
        Assert.Equal(1285, seen.Count);
        Assert.Empty(seen.Intersect(unseen));
    }

    [Fact]
    public void Digits_Baselines_AreThoseOfAModelThatSeesTheLastPixel()
    {
        SequenceTask task = Make("digits");
        Assert.Equal(0.1, task.Baselines.ChanceSuccess);

        // Counted from the file by another program.
        Assert.Equal(2.195479, task.Baselines.MemorylessLoss, 1e-6);
        Assert.Equal(184.0 / 1285, task.Baselines.MemorylessSuccess, 1e-12);
    }

    [Fact]
    public void Agreement_Sequence_IsTheSentenceBeforeItsVerb()
    {
        SequenceTask task = Make("agreement");
        TaskBatch batch = new(task.Shape, Rows);
        task.WriteTraining(new SplittableRandom(5), 0, batch);
        AgreementGrammar grammar = new();
        SplittableRandom own = new SplittableRandom(5).Split(0);
        for (int row = 0; row < Rows; row++)
        {
            AgreementSentence sentence = grammar.Next(own);
            if (sentence.VerbIndex > task.Shape.SequenceLength)
            {
                row--;
                continue;
            }

            Assert.Equal((int)sentence.SubjectNumber, batch.Target(0, row));
            for (int t = 0; t < task.Shape.SequenceLength; t++)
            {
                int word = t - (task.Shape.SequenceLength - sentence.VerbIndex);
                Assert.Equal(
                    word < 0 ? WordIndex.Empty : WordIndex.OfGrammar.IndexOf(sentence.Words[word]),
                    batch.Token(t, row));
            }
        }
    }

    [Fact]
    public void Agreement_SentenceWithALongerBeginning_IsReadFromItsLastWords()
    {
        const int Length = 8;
        SequenceTask task = Make("agreement", ("length", Length));
        TaskBatch batch = new(task.Shape, batchSize: 1);
        AgreementSentence sentence = new AgreementGrammar().NextWithAttractors(5, new SplittableRandom(7));
        Assert.True(sentence.VerbIndex > Length, $"'{sentence}' has too few words.");
        AgreementSequence.Write(sentence, row: 0, batch);
        for (int t = 0; t < Length; t++)
        {
            string word = sentence.Words[sentence.VerbIndex - Length + t];
            Assert.Equal(WordIndex.OfGrammar.IndexOf(word), batch.Token(t, 0));
        }
    }

    [Fact]
    public void Agreement_Validation_HasAsManySentencesOfEachAttractorCountAndFewUnknownWords()
    {
        SequenceTask task = Make("agreement");
        TaskBatch batch = new(task.Shape, task.ValidationCount);
        task.WriteValidation(0, batch);
        int unknown = 0;
        for (int row = 0; row < task.ValidationCount; row++)
        {
            Assert.Equal(row % 6, batch.Group(row));
            for (int t = 0; t < task.Shape.SequenceLength; t++)
            {
                unknown += batch.Token(t, row) == WordIndex.Unknown ? 1 : 0;
            }
        }

        Assert.InRange(unknown, 0, 3);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void WriteTraining_IsAFunctionOfSeedAndStep(string name)
    {
        SequenceTask task = Make(name);
        string first = Text(task, seed: 1, step: 8);
        Assert.Equal(first, Text(task, seed: 1, step: 8));
        Assert.NotEqual(first, Text(task, seed: 1, step: 9));
        Assert.NotEqual(first, Text(task, seed: 2, step: 8));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void WriteValidation_DoesNotDependOnTheBatchSize(string name)
    {
        SequenceTask task = Make(name);
        TaskBatch all = new(task.Shape, 6);
        TaskBatch part = new(task.Shape, 3);
        task.WriteValidation(0, all);
        task.WriteValidation(3, part);
        for (int row = 0; row < 3; row++)
        {
            Assert.Equal(Row(all, row + 3), Row(part, row));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Create_OptionOutsideItsRange_IsRefused(string name)
    {
        TaskDefinition definition = TaskCatalogue.Find(name);
        foreach (TaskOption option in definition.Options)
        {
            Assert.NotNull(definition.Create(new Dictionary<string, int> { [option.Name] = option.Minimum }));
            ExperimentException low = Assert.Throws<ExperimentException>(
                () => definition.Create(new Dictionary<string, int> { [option.Name] = option.Minimum - 1 }));
            Assert.Contains(option.Name, low.Message, StringComparison.Ordinal);
        }

        Assert.Throws<ExperimentException>(() => definition.Create(new Dictionary<string, int> { ["kinds"] = 1 }));
    }

    private static SequenceTask Make(string name, params (string Name, int Value)[] options) =>
        TaskCatalogue.Find(name).Create(options.ToDictionary(static pair => pair.Name, static pair => pair.Value));

    private static TaskBatch Training(SequenceTask task)
    {
        TaskBatch batch = new(task.Shape, Rows);
        task.WriteTraining(new SplittableRandom(7), 3, batch);
        return batch;
    }

    private static string Text(SequenceTask task, ulong seed, long step)
    {
        TaskBatch batch = new(task.Shape, 4);
        task.WriteTraining(new SplittableRandom(seed), step, batch);
        return string.Concat(Enumerable.Range(0, 4).Select(row => Row(batch, row)));
    }

    private static string Row(TaskBatch batch, int row) => string.Join(
        ' ',
        Enumerable.Range(0, batch.Shape.SequenceLength).Select(t => batch.Shape.VocabularySize > 0
            ? FormattableString.Invariant($"{batch.Token(t, row)}")
            : string.Join('/', Enumerable.Range(0, batch.Shape.FeatureCount).Select(
                feature => FormattableString.Invariant($"{batch.Feature(t, row, feature)}")))));
}
