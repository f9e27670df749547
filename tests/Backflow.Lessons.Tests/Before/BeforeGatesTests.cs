using Backflow.Lessons.Before;
using Backflow.Lessons.Trainings;
using Backflow.Training;

namespace Backflow.Lessons.Tests.Before;

public sealed class BeforeGatesTests
{
    // Half of the signs are right by chance; 256 sequences show more than this one time in a thousand.
    private const double ByChance = 0.6;
    private const double Learnt = 0.95;

    public static TheoryData<string> Remedies =>
        [.. BeforeGates.Names.Where(static name => name != "clipping")];

    [Theory]
    [MemberData(nameof(Remedies))]
    public void Answer_EveryRemedyOfVanishing_LearnsWhatTheOtherDoesNot(string remedy)
    {
        RemedyPair pair = Assert.Single(Ask(remedy).Pairs);
        Assert.Equal("vanishing", pair.Fault);
        Assert.True(pair.Without.Success < ByChance, $"without: {pair.Without.Success}");
        Assert.True(pair.With.Success > Learnt, $"with: {pair.With.Success}");
    }

    [Fact]
    public void Answer_Clipping_HelpsAgainstTheExplosionAndNotTheOther()
    {
        BeforeAnswer answer = Ask("clipping");
        Assert.Equal(["exploding", "vanishing"], answer.Pairs.Select(static pair => pair.Fault));
        TrainedNetwork broken = answer.Pairs[0].Without;
        Assert.True(broken.IsDiverged || broken.Success < ByChance, $"{broken.Success}");
        Assert.True(answer.Pairs[0].With.Success > Learnt, $"{answer.Pairs[0].With.Success}");
        Assert.True(answer.Pairs[1].Without.Success < ByChance, $"{answer.Pairs[1].Without.Success}");
        Assert.True(answer.Pairs[1].With.Success < ByChance, $"{answer.Pairs[1].With.Success}");
    }

    [Fact]
    public void Answer_OrthogonalStart_BeginsWithAGradientThatIsKept()
    {
        RemedyPair pair = Assert.Single(Ask("orthogonal").Pairs);
        Assert.True(Kept(pair.Without) < 1e-3, $"{Kept(pair.Without)}");
        Assert.True(Kept(pair.With) > 0.01, $"{Kept(pair.With)}");
    }

    [Fact]
    public void Answer_UnknownRemedy_NamesThoseThereAre()
    {
        ExperimentException mistake = Assert.Throws<ExperimentException>(static () => Ask("aspirin"));
        Assert.Contains("orthogonal", mistake.Message, StringComparison.Ordinal);
    }

    private static double Kept(TrainedNetwork network) => network.FirstGradient[0] / network.FirstGradient[^1];

    private static BeforeAnswer Ask(string remedy) =>
        BeforeGates.Answer(new QuestionValues(new Dictionary<string, string> { ["remedy"] = remedy }));
}
