using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Training.Tasks;
using Xunit;

namespace Backflow.Training.Tests.Tasks;

public sealed class AgreementOptionsTests
{
    public static TheoryData<AgreementOptions, string> WrongOptions => new()
    {
        { new AgreementOptions { MinimumInterveningNouns = -1 }, "minimum of -1" },
        { new AgreementOptions { MaximumInterveningNouns = 6 }, "maximum of 6" },
        { new AgreementOptions { MinimumInterveningNouns = 3, MaximumInterveningNouns = 2 }, "minimum of 3" },
        { new AgreementOptions { InterveningNounWeights = [1, 1] }, "6 finite weights" },
        { new AgreementOptions { InterveningNounWeights = default }, "6 finite weights" },
        { new AgreementOptions { InterveningNounWeights = [1, 1, 1, 1, 1, -1] }, "6 finite weights" },
        { new AgreementOptions { InterveningNounWeights = [1, 1, 1, 1, 1, double.NaN] }, "6 finite weights" },
        {
            new AgreementOptions { InterveningNounWeights = [1, 0, 0, 0, 0, 0], MinimumInterveningNouns = 1 },
            "of them 0"
        },
        { new AgreementOptions { AttractorShare = 1.5 }, "got 1.5" },
        { new AgreementOptions { AttractorShare = double.NaN }, "attractors" },
        { new AgreementOptions { AdjectiveShare = -0.1 }, "got -0.1" },
    };

    [Theory]
    [MemberData(nameof(WrongOptions))]
    public void Constructor_WrongOption_SaysWhatIsAllowed(AgreementOptions options, string part)
    {
        ExperimentException exception = Assert.Throws<ExperimentException>(() => new AgreementGrammar(options));

        Assert.Contains(part, exception.Message, StringComparison.Ordinal);
        Assert.NotEmpty(exception.Remedy);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 4)]
    [InlineData(5, 5)]
    public void Next_MinimumAndMaximum_BoundTheInterveningNouns(int minimum, int maximum)
    {
        AgreementGrammar grammar = new(
            new AgreementOptions { MinimumInterveningNouns = minimum, MaximumInterveningNouns = maximum });
        SplittableRandom random = new(seed: 1);
        HashSet<int> counts = [];
        for (int i = 0; i < 2000; i++)
        {
            counts.Add(grammar.Next(random).InterveningNounCount);
        }

        Assert.Equal(Enumerable.Range(minimum, maximum - minimum + 1), counts.Order());
    }

    [Fact]
    public void Next_WeightZero_NeverComes()
    {
        ImmutableArray<double> weights = [0, 3, 0, 1, 0, 0];
        AgreementGrammar grammar = new(new AgreementOptions { InterveningNounWeights = weights });
        SplittableRandom random = new(seed: 1);
        HashSet<int> counts = [];
        for (int i = 0; i < 2000; i++)
        {
            counts.Add(grammar.Next(random).InterveningNounCount);
        }

        Assert.Equal([1, 3], counts.Order());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(6)]
    public void NextWithAttractors_OutsideZeroToFive_Throws(int attractorCount) =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new AgreementGrammar().NextWithAttractors(attractorCount, new SplittableRandom(seed: 1)));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Next_AdjectiveShareAtItsEnds_IsTaken(double share)
    {
        AgreementGrammar grammar = new(new AgreementOptions { AdjectiveShare = share, MaximumInterveningNouns = 0 });
        SplittableRandom random = new(seed: 1);
        for (int i = 0; i < 200; i++)
        {
            AgreementSentence sentence = grammar.Next(random);
            string before = sentence.Words[sentence.SubjectIndex - 1];
            bool isDeterminer =
                "a an the this every my our his her their these those some many several two three".Split(' ')
                    .Contains(before);

            Assert.Equal(share == 0, isDeterminer);
        }
    }
}
