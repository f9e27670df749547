using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Telemetry;
using Backflow.Training.Reach;
using Backflow.Training.Tasks;
using Xunit;

namespace Backflow.Training.Tests.Reach;

/// <summary>Networks whose use of the past is known: the lag of a task that they solve, or nothing.</summary>
public sealed class EffectiveContextTests
{
    [Fact]
    public void MeasureContext_EchoThatIsSolved_IsItsLag()
    {
        using TrainingSession session = Trained("echo", 400, ("lag", 3), ("length", 10));
        Assert.True(session.Validate(CancellationToken.None)!.Success > 0.9, "The network has not learnt to echo.");
        EffectiveContext context = session.MeasureContext(isWhole: true, CancellationToken.None)!;
        Assert.Equal(3, context.Lags);
        Assert.False(context.IsAtLeast);

        // With three own inputs the wanted one is another sequence's, with four it is the own.
        Assert.True(Rise(context, 3) > 0.5, $"{Rise(context, 3)}");
        Assert.True(Rise(context, 4) < 0.1, $"{Rise(context, 4)}");
        Assert.True(context.Curve[0].ErrorRise > 0.5, $"{context.Curve[0].ErrorRise}");

        // All but the first of its inputs are the own: every answer stays what it was, and the mean loss but for less
        // than half of what one of the 64 sequences would add with a loss of 1.
        Assert.Equal(0, context.Curve[^1].ErrorRise);
        Assert.InRange(context.Curve[^1].LossRise, -0.5 / 64, 0.5 / 64);
    }

    [Fact]
    public void MeasureContext_WithAndWithoutCurve_IsTheSameNumber()
    {
        using TrainingSession session = Trained("echo", 400, ("lag", 3), ("length", 10));
        Assert.Equal(
            session.MeasureContext(isWhole: true, CancellationToken.None)!.Lags,
            session.MeasureContext(isWhole: false, CancellationToken.None)!.Lags);
    }

    [Theory]
    [InlineData("echo")]
    [InlineData("adding")]
    [InlineData("temporal-order")]
    [InlineData("agreement")]
    [InlineData("copy-memory")]
    [InlineData("brackets")]
    [InlineData("digits")]
    public void MeasureContext_UntrainedNetwork_IsZero(string task)
    {
        using TrainingSession session = Trained(task, 0);
        Assert.Equal(0, session.MeasureContext(isWhole: true, CancellationToken.None)!.Lags);
    }

    [Fact]
    public void MeasureReach_AsOftenAsAsked_ChangesNothingOfTheTraining()
    {
        using TrainingSession plain = Trained("echo", 20, ("lag", 3), ("length", 10));
        using TrainingSession measured = Trained("echo", 10, ("lag", 3), ("length", 10));
        for (int step = 0; step < 10; step++)
        {
            Assert.NotNull(measured.MeasureReach());
            Assert.NotNull(measured.MeasureContext(isWhole: false, CancellationToken.None));
            measured.Advance();
        }

        Assert.Equal(plain.Network.Parameters.Span, measured.Network.Parameters.Span);
    }

    [Fact]
    public void Of_RiseOfAText_IsTheLastLagAboveOnePercentOfPerplexity()
    {
        // ln 1.01 = 0.00995: 0.4·e^(−ℓ/4) is 0.0104 after 14.6 characters' worth of decay.
        ImmutableArray<ContextPoint> points =
            [.. Enumerable.Range(1, 200).Select(static lag => new ContextPoint(lag, 0.4 * Math.Exp(-lag / 4.0), 0, 0))];
        EffectiveContext context = TextContext.Of(points, loss: 2);

        // −4·ln(0.00995/0.4) = 14.8, and the mean over neighbours is a little above the middle of a convex curve.
        Assert.InRange(context.Lags, 14, 15);
        Assert.Equal(0, TextContext.Of([.. points.Select(static p => p with { LossRise = 0.005 })], 2).Lags);
        Assert.True(TextContext.Of([.. points.Select(static p => p with { LossRise = 0.02 })], 2).IsAtLeast);
    }

    [Fact]
    public void MeasureContext_UntrainedModelOfAText_IsZero()
    {
        using TrainingSession session = TrainingSession.Create(new TrainingConfiguration
        {
            HiddenSize = 8,
            EmbeddingSize = 4,
            Threads = 1,
        });
        EffectiveContext? context = session.MeasureContext(isWhole: true, CancellationToken.None);
        Assert.NotNull(context);
        Assert.Equal(0, context.Lags);
        Assert.Equal(EffectiveContext.TextRule, context.Rule);
    }

    // In forward passes, which no other work on the machine lengthens. A training step has a forward pass and twice as
    // much on its way back. Its update and telemetry are left out, so by the clock the share is less.
    [Fact]
    public void Create_ShortRunOfAText_CostsLessThanAFifthOfTheRun()
    {
        const double Steps = 600;
        const int Points = 20;
        TrainingConfiguration configuration = new() { HiddenSize = 8, EmbeddingSize = 4, Threads = 1 };
        using TrainingSession session = TrainingSession.Create(configuration);
        using WorkerPool pool = new(1);
        TokenSequence text = session.Data.Corpus!.Validation;
        TextContext often = TextContext.Create(text, session.Network, pool, isWhole: false)!;
        TextContext last = TextContext.Create(text, session.Network, pool, isWhole: true)!;

        double charactersOfStep = 3.0 * configuration.BatchSize * configuration.SequenceLength;
        double spent = ((Points * often.CharactersRead) + last.CharactersRead) / charactersOfStep;
        Assert.True(spent < Steps / 5, $"Measuring costs as much as {spent} of {Steps} steps.");
    }

    private static double Rise(EffectiveContext context, int lag) =>
        context.Curve.Single(point => point.Lag == lag).LossRise;

    private static TrainingSession Trained(string task, int steps, params (string Name, int Value)[] options)
    {
        TrainingSession session = TrainingSession.Create(
            Backflow.Training.Tasks.Sequences.TaskCatalogue.Find(task).Defaults with
            {
                Task = task,
                TaskOptions = options.ToImmutableSortedDictionary(
                    static one => one.Name, static one => one.Value, StringComparer.Ordinal),
                HiddenSize = 24,
                LearningRate = 0.01,
                Threads = 1,
            });
        for (int step = 0; step < steps; step++)
        {
            Assert.True(session.Advance());
        }

        return session;
    }
}
