using System.Collections.Immutable;
using Backflow.Experiments.Recording;
using Backflow.Runs;
using Backflow.Training;
using Xunit;

namespace Backflow.Experiments.Tests.Recording;

public sealed class FlossingEpisodesTests
{
    private static readonly TrainingConfiguration Flossed = new()
    {
        Task = "adding",
        TaskOptions = ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal).Add("length", 12),
        Cells = ["rnn"],
        HiddenSize = 12,
        BatchSize = 6,
        Flossing = 4,
        FlossingSteps = 40,
        FlossingInterval = 2,
    };

    [Fact]
    public void Advance_Flossing_MovesTheExponentsTowardsZeroBeforeTrainingAndAtTheInterval()
    {
        using TrainingSession session = Session(Flossed);
        List<FlossingOutcome?> outcomes = [];
        for (int i = 0; i < 5; i++)
        {
            Assert.True(session.Advance());
            outcomes.Add(session.Flossed);
        }

        Assert.Equal([0, 2, 4], outcomes.OfType<FlossingOutcome>().Select(static outcome => outcome.Step));
        FlossingOutcome first = outcomes[0]!;
        Assert.Equal(Flossed.FlossingSteps, first.Updates);
        Assert.True(first.After < 0.8 * first.Before, first.Describe());

        // Later episodes go on from there and need not begin again.
        Assert.True(outcomes[2]!.Before < first.Before, outcomes[2]!.Describe());
    }

    [Fact]
    public void Advance_Flossing_HasTheSameBitsWithAnyNumberOfThreads()
    {
        using TrainingSession one = Session(Flossed);
        using TrainingSession two = Session(Flossed with { Threads = 2 });
        for (int i = 0; i < 3; i++)
        {
            one.Advance();
            two.Advance();
        }

        Assert.Equal(one.Network.Parameters.Span, two.Network.Parameters.Span);
    }

    [Fact]
    public void Resume_AtAnEpisode_RepeatsItWithTheSameBits()
    {
        using TemporaryStore temporary = new();
        RunStore store = temporary.Store;
        TrainingConfiguration configuration =
            Flossed with { Steps = 4, CheckpointInterval = 0, ValidationInterval = 0 };
        using TrainingRun whole = Create(store, configuration);
        whole.Train(CancellationToken.None);
        string id;
        using (TrainingRun first = Create(store, configuration))
        {
            id = first.RunId;
            first.Begin();
            Assert.True(first.Advance(CancellationToken.None));
            Assert.True(first.Advance(CancellationToken.None));
            Assert.True(first.End().IsInterrupted);
        }

        using TrainingRun second = RecordedRun.Resume(
            store, id, static c => c, fromStep: null, new SilentObserver(), TimeProvider.System,
            cancellation: TestContext.Current.CancellationToken);
        second.Train(CancellationToken.None);
        Assert.Equal(whole.Session.Network.Parameters.Span, second.Session.Network.Parameters.Span);
        Assert.Equal([0, 2], store.OpenReader(id).Events()
            .Where(static found => found.Title == "Flossed").Select(static found => found.Step));
    }

    [Fact]
    public void Advance_NoFlossing_HasNoOutcome()
    {
        using TrainingSession session = Session(Flossed with { Flossing = 0 });
        session.Advance();
        Assert.Null(session.Flossed);
    }

    [Theory]
    [InlineData("gru-reset-before", 4, 100, "Flossing has no formulas for gru-reset-before")]
    [InlineData("rnn", 13, 100, "Flossing must be from 0 to 12")]
    [InlineData("rnn", 4, 0, "FlossingSteps must be from 1")]
    public void Validate_WrongFlossing_SaysWhatIsAllowed(string cell, int exponents, int steps, string expected)
    {
        TrainingConfiguration wrong = Flossed with { Cells = [cell], Flossing = exponents, FlossingSteps = steps };
        ExperimentException failure = Assert.Throws<ExperimentException>(() => TrainingOptions.Validate(wrong));
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    private static TrainingRun Create(RunStore store, TrainingConfiguration configuration) => RecordedRun.Create(
        store, configuration, name: null, "backflow train", new SilentObserver(), TimeProvider.System);

    private static TrainingSession Session(TrainingConfiguration configuration)
    {
        ITrainingData data = TrainingDataSource.Load(configuration);
        return new TrainingSession(TrainingDataSource.Fit(configuration, data), data);
    }
}
