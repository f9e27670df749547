using System.Text;
using Backflow.Training.Recording;
using Backflow.Training.Tasks;
using Xunit;

namespace Backflow.Training.Tests.Notes;

public sealed class RunNotesTests
{
    private static readonly TrainingConfiguration Small = new()
    {
        HiddenSize = 4,
        EmbeddingSize = 3,
        SequenceLength = 64,
        BatchSize = 33,
        Steps = 1,
        TextPath = "text",
    };

    [Fact]
    public void Train_HalfOfATextIsNeverRead_IsSaidAndRecordedWithABatchThatReadsIt()
    {
        const string Expected = "The last 1,487 of 3,600 training characters (41.3 %) are never read: windows of 33 × "
            + "64 characters do not fit in once more. A batch of 28 leaves out 0.4 %.";
        (List<string> notes, MemoryRecord record) = Train(Small);
        Assert.Equal([Expected], notes);
        Assert.Contains(record.Events, static one => one is { Title: "Text not read", Step: 0, Text: Expected });

        // What is proposed is silent.
        Assert.Empty(Train(Small with { BatchSize = 28 }).Notes);
    }

    [Fact]
    public void Train_Arithmetic_IsAnEventAndNothingOnTheScreen() => Assert.Contains(
        Train(Small with { BatchSize = 28 }).Record.Events,
        static one => one is { Title: "Arithmetic", Text: "Numbers below 1.2e-38 are kept by every thread." });

    [Fact]
    public void Train_WindowsFromAnywhere_LeaveNothingOut() =>
        Assert.Empty(Train(Small with { CarryState = false }).Notes);

    [Theory]
    [InlineData("cosine", 10, 20, true)]
    [InlineData("cosine", 10, 10, false)]
    [InlineData("constant", 10, 20, false)]
    [InlineData("step", 10, 20, false)]
    public void GoOn_FurtherThanPlanned_SaysWhatTheLearningRateBecomes(
        string schedule, long planned, long now, bool isSaid)
    {
        TrainingConfiguration before = Small with { BatchSize = 28, Schedule = schedule, Steps = planned };
        using TrainingSession session = Session(before with { Steps = now });
        session.Step = 5;
        Observer observer = new();
        using MemoryRecord record = new();
        using TrainingRun run = new(session, record, observer, TimeProvider.System);
        run.GoOn(bestValidationLoss: null, before);
        run.Train(CancellationToken.None);
        string note = string.Concat(observer.Notes);
        Assert.Equal(isSaid, note.Length > 0);

        // η/2·(1 + cos(π·s/S)) at s = 4 of 10 and 5 of 20, of 0.003.
        const string Rates = "of step 5 was 0.00196, that of step 6 is 0.00256.";
        Assert.Equal(isSaid, note.Contains(Rates, StringComparison.Ordinal));
    }

    private static (List<string> Notes, MemoryRecord Record) Train(TrainingConfiguration configuration)
    {
        Observer observer = new();
        MemoryRecord record = new();
        using TrainingSession session = Session(configuration);
        using TrainingRun run = new(session, record, observer, TimeProvider.System);
        run.Train(CancellationToken.None);
        return (observer.Notes, record);
    }

    private static TrainingSession Session(TrainingConfiguration configuration)
    {
        StringBuilder text = new();
        for (int i = 0; text.Length < 4000; i++)
        {
            text.Append("abcdefghij"[i % 10]);
        }

        TextCorpusOptions options = new()
        {
            BatchSize = configuration.BatchSize,
            SequenceLength = configuration.SequenceLength,
        };
        return new TrainingSession(configuration, TextCorpus.FromText("text", text.ToString(), options));
    }

    private sealed class Observer : ITrainingObserver
    {
        public List<string> Notes { get; } = [];

        public void OnNote(string message) => Notes.Add(message);
    }
}
