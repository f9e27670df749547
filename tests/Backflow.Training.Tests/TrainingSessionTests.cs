using Backflow.Training.Tasks;
using Xunit;

namespace Backflow.Training.Tests;

public sealed class TrainingSessionTests
{
    private static readonly TrainingConfiguration Small = new()
    {
        HiddenSize = 17,
        EmbeddingSize = 9,
        SequenceLength = 12,
        BatchSize = 5,
        Layers = 2,
        Dropout = 0.1,
        ClipNorm = 0.05,
        Schedule = "cosine",
        Steps = 100,
    };

    [Theory]
    [InlineData("lstm", true)]
    [InlineData("lstm", false)]
    [InlineData("gru", true)]
    [InlineData("rnn", true)]
    public void Advance_AfterTheFirstSteps_AllocatesNothing(string cell, bool carryState)
    {
        TrainingConfiguration configuration = Small with { Cells = [cell], CarryState = carryState };
        using TrainingSession session = new(configuration, Corpus(configuration));
        for (int i = 0; i < 5; i++)
        {
            Assert.True(session.Advance());
        }

        Assert.Equal(0, Allocations.Least(() =>
        {
            for (int i = 0; i < 20; i++)
            {
                session.Advance();
            }
        }));
    }

    [Fact]
    public void Advance_NormLimit_IsReportedAsClippedAndKeepsTheNorm()
    {
        using TrainingSession session = new(Small, Corpus(Small));
        Assert.True(session.Advance());
        Assert.True(session.IsClipped);
        Assert.True(session.GradientNorm > Small.ClipNorm, $"‖g‖ {session.GradientNorm} before clipping.");
    }

    [Fact]
    public void Validate_IsTheMeanOverEveryCharacterAndLeavesTrainingAlone()
    {
        TrainingConfiguration single = Small with { BatchSize = 1 };
        TextCorpus corpus = Corpus(single);
        using TrainingSession one = new(single, corpus);
        using TrainingSession other = new(single with { SequenceLength = 31 }, corpus);

        // With one stream, how the text is cut into windows must not matter.
        Assert.Equal(one.Validate(CancellationToken.None)!.Loss, other.Validate(CancellationToken.None)!.Loss, 6);

        one.Advance();
        other.Dispose();
        using TrainingSession undisturbed = new(single, corpus);
        undisturbed.Advance();
        Assert.Equal(undisturbed.Loss, one.Loss);
    }

    [Fact]
    public void Validate_HalvesOfAText_MeasureDifferentCharactersAndTogetherAll()
    {
        using TrainingSession session = new(Small, Corpus(Small));
        double all = session.Validate(CancellationToken.None)!.Loss;
        double chosenBy = session.Validate(CancellationToken.None, ValidationPart.Choosing)!.Loss;
        double reported = session.Validate(CancellationToken.None, ValidationPart.Confirming)!.Loss;
        Assert.NotEqual(chosenBy, reported);
        Assert.InRange(all, Math.Min(chosenBy, reported), Math.Max(chosenBy, reported));
    }

    [Fact]
    public void Validate_ConfirmingPartOfATask_HasSequencesOfItsOwn()
    {
        TrainingConfiguration task = Small with { Task = "echo", Layers = 1 };
        using TrainingSession session = new(task, TrainingDataSource.Load(task));
        double usual = session.Validate(CancellationToken.None)!.Loss;
        Assert.Equal(usual, session.Validate(CancellationToken.None, ValidationPart.Choosing)!.Loss);
        Assert.NotEqual(usual, session.Validate(CancellationToken.None, ValidationPart.Confirming)!.Loss);
    }

    [Fact]
    public void Advance_UntrainedNetwork_LossIsNearTheUniformOne()
    {
        TextCorpus corpus = Corpus(Small);
        using TrainingSession session = new(Small, corpus);
        session.Advance();
        Assert.InRange(session.Loss, Math.Log(corpus.Vocabulary.Count) - 0.3, Math.Log(corpus.Vocabulary.Count) + 0.5);
    }

    public static TheoryData<string> Ways => ["create", "text", "data", "reconfigure"];

    [Theory]
    [MemberData(nameof(Ways))]
    public void Configuration_WrongLearningRate_IsToldByEveryWayToASession(string way)
    {
        TrainingConfiguration wrong = Small with { LearningRate = -1, SentenceCharacters = 3_000 };
        using TrainingSession right = new(Small, Corpus(Small));
        ExperimentException error = Assert.Throws<ExperimentException>(() =>
        {
            switch (way)
            {
                case "create":
                    TrainingSession.Create(wrong).Dispose();
                    break;
                case "text":
                    new TrainingSession(wrong, Corpus(Small)).Dispose();
                    break;
                case "data":
                    new TrainingSession(wrong, TrainingDataSource.Load(Small)).Dispose();
                    break;
                default:
                    right.Reconfigure(wrong);
                    break;
            }
        });
        Assert.StartsWith("LearningRate ", error.Message, StringComparison.Ordinal);
        Assert.Equal(Small, right.Configuration);
    }

    [Fact]
    public void New_WrongSequenceLength_IsToldBeforeTheTextIsCut() => Assert.StartsWith(
        "SequenceLength ",
        Assert.Throws<ExperimentException>(
            () => new TrainingSession(Small with { SequenceLength = 0 }, Corpus(Small)).Dispose()).Message,
        StringComparison.Ordinal);

    private static TextCorpus Corpus(TrainingConfiguration configuration) =>
        Corpora.Load(configuration with { SentenceCharacters = 3_000 });
}
