using Backflow.Engine;
using Xunit;

namespace Backflow.Training.Tests;

/// <summary>A step that failed is repeated as it was, where states are carried too.</summary>
public sealed class RepeatForwardTests
{
    private const float Growth = 1e3f;

    [Fact]
    public void RepeatForward_AfterAStepThatFailed_FailsAtTheSameTimestep()
    {
        using TrainingSession session = TrainingSession.Create(new TrainingConfiguration
        {
            Cells = ["rnn-relu"],
            SentenceCharacters = 3_000,
            CarryState = true,
            HiddenSize = 4,
            EmbeddingSize = 3,
            SequenceLength = 8,
            BatchSize = 3,
            LearningRate = 1e-12,
            Threads = 1,
        });

        // Every state is a thousand times the one before: the first window ends at 1e24, and 1e38 lies in the second.
        Set(session, "weight_hh_l0", static i => i % 5 == 0 ? Growth : 0);
        Set(session, "bias_ih_l0", static _ => 1);
        Assert.True(session.Advance());
        Assert.False(session.Advance());
        int failed = FirstNotFinite(session);
        Assert.InRange(failed, 1, 7);
        session.RepeatForward();
        Assert.Equal(failed, FirstNotFinite(session));
    }

    private static void Set(TrainingSession session, string name, Func<int, float> value)
    {
        Parameter parameter = session.Network.Layout.Find(name)!;
        parameter.Import(
            [.. Enumerable.Range(0, parameter.Count).Select(value)], session.Network.Parameters.Span);
    }

    private static int FirstNotFinite(TrainingSession session) =>
        Enumerable.Range(0, session.Pass.SequenceLength).First(t =>
            session.Pass.Layers[0].Hidden(t).ToArray().Any(static state => !float.IsFinite(state)));
}
