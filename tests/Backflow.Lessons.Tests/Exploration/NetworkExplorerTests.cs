using Backflow.Lessons.Exploration;
using Backflow.Training;

namespace Backflow.Lessons.Tests.Exploration;

public sealed class NetworkExplorerTests
{
    // Float norms of up to 200 products, against powers in double.
    private const double BoundTolerance = 1e-4;

    [Fact]
    public void Explore_DefaultQuestion_HasTheSeedsNumber()
    {
        ExplorerAnswer answer = NetworkExplorer.Explore(new ExplorerQuestion());

        // "With 8 timesteps and weight scale 0.80 … After 8 steps: 1.68e-1": from h₈ back to h₀.
        Assert.Equal("0.168", answer.Initial.ScalarFormula.ToString("0.000", null));
        Assert.Equal(Math.Pow(0.8, 8), answer.Initial.ScalarFormula, 1e-12);
        Assert.Equal(8, answer.ScalarFormula.Length);
        Assert.Equal(0.8, answer.ScalarFormula[^2], 1e-12);
        Assert.Equal(1, answer.ScalarFormula[^1]);
        Assert.Equal("healthy", answer.Verdict);
        Assert.Contains("8 timesteps", answer.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rnn-tanh", 0.8, 8)]
    [InlineData("rnn", 1.3, 100)]
    [InlineData("rnn-relu", 1.1, 40)]
    [InlineData("rnn-sigmoid", 3.0, 20)]
    public void Explore_ElmanNetwork_StaysBelowTheBound(string cell, double scale, int length)
    {
        ExplorerAnswer answer =
            NetworkExplorer.Explore(new ExplorerQuestion { Cell = cell, Scale = scale, Length = length });

        Assert.Equal(length, answer.Norms.Length);
        Assert.Equal(1, answer.Norms[^1], BoundTolerance);
        Assert.Equal(1, answer.Relative[^1]);
        Assert.Equal(scale, answer.Sigma1, BoundTolerance);
        Assert.Equal(scale, answer.Rho, BoundTolerance);
        Assert.Empty(answer.Gates);
        Assert.Null(answer.Carousel);
        for (int t = 0; t < length; t++)
        {
            Assert.True(
                answer.Relative[t] <= answer.Bound!.Value[t] * (1 + BoundTolerance),
                $"t {t + 1}: {answer.Relative[t]} above the bound {answer.Bound!.Value[t]}");
        }

        Assert.True(answer.Initial.Relative <= answer.Initial.Bound * (1 + BoundTolerance));
    }

    [Theory]
    [InlineData("rnn-sigmoid", 1.0, 8, "vanishing", 1e-3)]
    [InlineData("rnn-tanh", 0.5, 40, "vanishing", 1e-3)]
    [InlineData("rnn-relu", 2.0, 60, "exploding", 1e3)]
    [InlineData("rnn-tanh", 0.8, 8, "healthy", 1e-3)]
    public void Explore_Verdict_FollowsTheRelativeGradient(
        string cell, double scale, int length, string verdict, double threshold)
    {
        ExplorerAnswer answer =
            NetworkExplorer.Explore(new ExplorerQuestion { Cell = cell, Scale = scale, Length = length });
        Assert.Equal(verdict, answer.Verdict);
        Assert.Equal(threshold, answer.Threshold);
    }

    [Fact]
    public void Explore_ForgetBias_DecidesWhatTheCarouselKeeps()
    {
        ExplorerQuestion question = new() { Cell = "lstm", Length = 50 };
        ExplorerAnswer open = NetworkExplorer.Explore(question with { ForgetBias = 10 });
        ExplorerAnswer closed = NetworkExplorer.Explore(question with { ForgetBias = -10 });

        Assert.Equal(["candidate", "forget", "input", "output"], open.Gates.Keys);
        Assert.Null(open.Bound);
        Assert.True(open.Gates["forget"].Min() > 0.99 && closed.Gates["forget"].Max() < 0.01);
        Assert.True(open.Carousel!.Value[0] > 0.9, $"{open.Carousel.Value[0]}");
        Assert.True(closed.Carousel!.Value[0] < 1e-20, $"{closed.Carousel.Value[0]}");
        Assert.True(open.Relative[0] > closed.Relative[0]);
    }

    [Fact]
    public void Explore_SameSeed_GivesTheSameNumbers()
    {
        ExplorerQuestion question = new() { Cell = "gru", Length = 30 };
        Assert.Equal(NetworkExplorer.Explore(question).Norms, NetworkExplorer.Explore(question).Norms);
        Assert.NotEqual(
            NetworkExplorer.Explore(question).Norms, NetworkExplorer.Explore(question with { Seed = 2 }).Norms);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-5)]
    [InlineData(10_001)]
    [InlineData(double.NaN)]
    public void Explore_OddChrono_SaysWhatIsAllowed(double chrono)
    {
        ExplorerQuestion question = new() { Cell = "lstm", Chrono = chrono };
        ExperimentException mistake = Assert.Throws<ExperimentException>(() => NetworkExplorer.Explore(question));
        Assert.Contains("chrono must be 0 for none", mistake.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vanilla", 8, 0.8, 64, 1)]
    [InlineData("lstm", 1, 0.8, 64, 1)]
    [InlineData("lstm", 201, 0.8, 64, 1)]
    [InlineData("lstm", 8, 0, 64, 1)]
    [InlineData("lstm", 8, double.NaN, 64, 1)]
    [InlineData("lstm", 8, 11, 64, 1)]
    [InlineData("lstm", 8, 0.8, 0, 1)]
    [InlineData("lstm", 8, 0.8, 257, 1)]
    [InlineData("lstm", 8, 0.8, 64, double.PositiveInfinity)]
    public void Explore_OutOfRange_SaysWhatIsAllowed(string cell, int length, double scale, int hidden, double bias)
    {
        ExplorerQuestion question = new()
        {
            Cell = cell,
            Length = length,
            Scale = scale,
            Hidden = hidden,
            ForgetBias = bias,
        };
        ExperimentException mistake = Assert.Throws<ExperimentException>(() => NetworkExplorer.Explore(question));
        Assert.Contains("must be", mistake.Message, StringComparison.Ordinal);
    }
}
