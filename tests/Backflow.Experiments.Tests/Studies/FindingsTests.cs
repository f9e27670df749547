using System.Collections.Immutable;
using Backflow.Experiments.Studies.Exercises;
using Backflow.Experiments.Studies.Flows;
using Backflow.Experiments.Studies.Probes;
using Backflow.Experiments.Studies.Reports;
using Backflow.Experiments.Studies.Tasks;
using Xunit;

namespace Backflow.Experiments.Tests.Studies;

/// <summary>The sentences follow the numbers: other numbers, other sentences.</summary>
public sealed class FindingsTests
{
    private static readonly SolvedRule Rule =
        new("at least 90 % success", static score => score.Success, Limit: 0.9, Enough: 0.99, IsLoss: false);

    [Fact]
    public void TaskFindings_NameTheReachOfEveryCell()
    {
        ImmutableArray<ChartSeries> lines =
        [
            new("rnn", [ChartPoint.Exact(10, 0.95), ChartPoint.Exact(20, 0.5), ChartPoint.Exact(30, 0.97)]),
            new("lstm", [ChartPoint.Exact(10, 1), ChartPoint.Exact(20, 0.95), ChartPoint.Exact(30, 0.9)]),
            new("gru", [ChartPoint.Exact(10, 0.1), ChartPoint.Exact(20, 0.1), ChartPoint.Exact(30, 0.1)]),
        ];
        ImmutableArray<string> findings = TaskFindings.Write(lines, Rule, "timesteps", "guessing gives 12.5 %");

        Assert.Equal(
            "The median seed has at least 90 % success: rnn up to 10 timesteps; lstm up to 30 timesteps (the most "
                + "tried); gru nowhere.",
            findings[0]);
        Assert.Equal(
            "At 30 timesteps guessing gives 12.5 %, and the medians are: rnn 97 %; lstm 90 %; gru 10 %.",
            findings[1]);
    }

    [Fact]
    public void TaskFindings_OfALoss_LessIsBetter()
    {
        SolvedRule rule =
            new("an error under 0.01", static score => score.Loss, Limit: 0.01, Enough: 0.001, IsLoss: true);
        ImmutableArray<string> findings = TaskFindings.Write(
            [new("rnn", [ChartPoint.Exact(50, 0.2)]), new("gru", [ChartPoint.Exact(50, 0.0002)])],
            rule,
            "timesteps",
            "x");

        Assert.Contains("rnn nowhere; gru up to 50 timesteps", findings[0], StringComparison.Ordinal);
        Assert.Contains("gru 2e-4; rnn 0.2", findings[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1e-9, 0.5, "rnn loses its gradient (less than 1e-6 reaches the first timestep) and gru does not")]
    [InlineData(0.2, 0.5, "no network loses its gradient")]
    [InlineData(1e-9, 1e-8, "every network loses its gradient")]
    public void GradientNorm_SaysWhoLostIt(double rnn, double gru, string expected)
    {
        ImmutableArray<string> findings = GradientNormStudy.Findings(
        [
            new("rnn", [ChartPoint.Exact(10, 1), ChartPoint.Exact(200, rnn)]),
            new("gru", [ChartPoint.Exact(10, 1), ChartPoint.Exact(200, gru)]),
        ]);
        Assert.Contains(expected, findings[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, 0, 7, 7, "clipping keeps the loss finite", "does not lengthen the horizon")]
    [InlineData(4, 1, 7, 7, "keeps more losses finite, and not all", "does not lengthen the horizon")]
    [InlineData(4, 4, 7, 9, "clipping does not keep the loss finite", "is 7 timesteps without and 9 with it")]
    [InlineData(0, 0, 7, 7, "nothing had to be remedied", "does not lengthen the horizon")]
    public void Clip_SaysWhatItRemedies(
        int wild, int tamed, double free, double clipped, string remedied, string horizon)
    {
        static ClipStudy.Row Row(string name, int failed, double horizon) =>
            new(name, Seeds: 5, failed, horizon, Loss: 0.2, ClippedShare: 0.5, Traces: []);

        ImmutableArray<string> findings = ClipStudy.Findings(
        [
            Row("exploding", wild, 49), Row("exploding, clipped", tamed, 49), Row("vanishing", 0, free),
            Row("vanishing, clipped", 0, clipped),
        ]);
        Assert.Contains(remedied, findings[0], StringComparison.Ordinal);
        Assert.Contains(horizon, findings[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.15, 0.16, "none is", ".")]
    [InlineData(0.15, 0.001, "only chrono is", ", and chrono, which reaches as far as any, learns best.")]
    [InlineData(0.001, 0.16, "only bias 0 is", ", and chrono reaches farthest and bias 0 learns best.")]
    [InlineData(0.001, 0.002, "all are", ", and chrono reaches farthest and bias 0 learns best.")]
    public void ForgetBias_SaysWhoLearns(double bias, double chrono, string who, string end)
    {
        ImmutableArray<string> findings = ForgetBiasStudy.Findings(
            [new("bias 0", 8, 5, bias, []), new("chrono", 99, 99, chrono, [])]);
        Assert.EndsWith(
            $"{who} below half of the 0.167 that a model without memory has{end}",
            findings[1],
            StringComparison.Ordinal);
    }

    [Fact]
    public void TrainingFlow_SaysWhichLengthsAreLearnt()
    {
        ImmutableArray<string> findings = TrainingFlowStudy.Findings(
            [new("T = 10", 0.02, 1.1, 9, 0.01, 1.0 / 6, []), new("T = 50", 1e-12, 1e-9, 13.5, 0.17, 1.0 / 6, [])]);
        Assert.Contains("learnt at T = 10 and not at T = 50", findings[1], StringComparison.Ordinal);
        Assert.Contains("for 9 (T = 10) and 13.5 (T = 50) timesteps", findings[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Exercises_NumbersThatDisagree_AreNamed()
    {
        Exercise exercise = new("a", new("q", [], "a"), [new("seven", 7, 7), new("eight", 8, 9)]);
        ImmutableArray<string> findings = ExercisesStudy.Findings([exercise], new SigmoidBound.Search(10, 2, 1.5));
        Assert.Equal("1 of 2 numbers do not agree with their expected value: eight.", findings[0]);
        Assert.Contains("2 are above the bound", findings[1], StringComparison.Ordinal);
    }
}
