using Backflow.Lessons.Latch;
using Backflow.Training;

namespace Backflow.Lessons.Tests.Latch;

public sealed class LatchMakerTests
{
    // 256 coins show a share outside this one time in a thousand.
    private const double ChanceLow = 0.4;
    private const double ChanceHigh = 0.6;

    // The hint is right three times out of four: three standard deviations of 256 sequences.
    private const double HintLow = 0.66;
    private const double HintHigh = 0.84;

    [Fact]
    public void Answer_HundredTimesteps_IsKeptByHandAndNotLearnt()
    {
        LatchAnswer answer = LatchMaker.Answer(new LatchQuestion());
        Assert.True(answer.ByHand.Success > 0.99, $"{answer.ByHand.Success}");
        Assert.Equal(99, answer.ByHand.Context);
        Assert.InRange(answer.Trained.Success, ChanceLow, ChanceHigh);
        Assert.Equal(0, answer.Trained.Context);
        Assert.Equal(answer.Steps, answer.Losses.Length);
        Assert.Equal(100, answer.ByHand.Relative.Length);
    }

    [Fact]
    public void Answer_Latch_HasSlopesNearZeroAndNoGradientAtTheBeginning()
    {
        LatchNetwork latch = LatchMaker.Answer(new LatchQuestion { Timesteps = 30 }).ByHand;
        Assert.Equal(2, latch.RecurrentWeight);

        // w·(1 − h²) at the fixed point h = tanh(2h) = 0.9575: 2·0.0832 = 0.166.
        Assert.InRange(latch.Factor, 0.15, 0.25);
        Assert.InRange(latch.RelativeInitial, 1e-30, 1e-10);
    }

    [Fact]
    public void Answer_WeightBelowOne_ForgetsWhereTheLatchKeeps() =>
        Assert.InRange(LatchMaker.Answer(new LatchQuestion { Weight = 0.9 }).ByHand.Success, ChanceLow, ChanceHigh);

    [Fact]
    public void Answer_Hint_IsAllThatTrainingFinds()
    {
        LatchAnswer answer = LatchMaker.Answer(new LatchQuestion { Hint = 0.75 });
        Assert.InRange(answer.Trained.Success, HintLow, HintHigh);
        Assert.Equal(0, answer.Trained.Context);
        LatchRise newest = answer.Trained.ContextCurve[0];
        Assert.Equal(0, newest.Lag);
        Assert.True(newest.LossRise > 0.1, $"{newest.LossRise}");
        Assert.All(answer.Trained.ContextCurve[1..], rise => Assert.InRange(rise.LossRise, -0.05, 0.05));

        // Set by hand the hint has no weight.
        Assert.True(answer.ByHand.Success > 0.99, $"{answer.ByHand.Success}");
    }

    [Fact]
    public void Answer_SameSeed_GivesTheSameNumbers()
    {
        LatchQuestion question = new() { Timesteps = 20 };
        Assert.Equal(LatchMaker.Answer(question).Losses, LatchMaker.Answer(question).Losses);
        Assert.NotEqual(
            LatchMaker.Answer(question).Losses, LatchMaker.Answer(question with { Seed = 2 }).Losses);
    }

    [Theory]
    [InlineData("timesteps", "9")]
    [InlineData("timesteps", "201")]
    [InlineData("weight", "4.1")]
    [InlineData("noise", "-0.1")]
    [InlineData("hint", "1")]
    public void Of_OutOfRange_SaysWhatIsAllowed(string name, string value)
    {
        ExperimentException mistake = Assert.Throws<ExperimentException>(
            () => EngineQuestions.Answer("latch", new Dictionary<string, string> { [name] = value }));
        Assert.Contains($"'{name}' must be", mistake.Message, StringComparison.Ordinal);
    }
}
