using Backflow.Lessons.FirstStates;

namespace Backflow.Lessons.Tests.FirstStates;

public sealed class FirstStatesMeasurementTests
{
    [Fact]
    public void Answer_BothGradients_LieOneJacobianApart()
    {
        FirstStatesAnswer answer = Ask("1");
        Assert.Equal([10, 50, 100, 200], answer.Rows.Select(static row => row.Timesteps));
        FirstStatesRow shortest = answer.Rows[0];

        // R is U(−1/8, 1/8) of 64 by 64: σ₁ is about 2·√(64·(1/8)²/3) = 1.15, and no slope is above 1.
        Assert.InRange(shortest.Initial / shortest.First, 0.05, 1.3);

        // A hundred factors of about a half are below what a float holds.
        Assert.Equal(0, answer.Rows[^1].First);
        Assert.Equal(0, answer.Rows[^1].Initial);
    }

    [Fact]
    public void Answer_Seed_DecidesTheNumbers()
    {
        Assert.Equal(Ask("1").Rows, Ask("1").Rows);
        Assert.NotEqual(Ask("1").Rows, Ask("2").Rows);
    }

    private static FirstStatesAnswer Ask(string seed) =>
        FirstStatesMeasurement.Answer(new QuestionValues(new Dictionary<string, string> { ["seed"] = seed }));
}
