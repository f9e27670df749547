using System.Globalization;
using Backflow.Experiments.Sweeps;
using Backflow.Training;
using Xunit;

namespace Backflow.Experiments.Tests.Sweeps;

public sealed class SweepPlanTests
{
    private static readonly TrainingConfiguration Adding = TrainingOptions.DefaultsOf("adding");

    private static readonly SweepDefinition Cells = new()
    {
        Fixed = Adding,
        Grid = [new("cell", ["rnn", "lstm", "gru"]), new("forget-bias", ["0", "1", "3"])],
        Seeds = [1, 2],
    };

    private static readonly SweepDefinition Rates = new()
    {
        Fixed = Adding,
        Random = [new("learning-rate", 1e-4, 1e-1, IsLogarithmic: true)],
        Samples = 200,
        Seeds = [1],
    };

    [Fact]
    public void Create_OptionWithoutEffect_MakesOnePointOfItsValues()
    {
        SweepPlan plan = new(Cells);
        Assert.Equal(
            [
                "cell rnn", "cell lstm, forget-bias 0", "cell lstm, forget-bias 1", "cell lstm, forget-bias 3",
                "cell gru",
            ],
            plan.Points.Select(plan.Describe));
        Assert.Equal(10, plan.Members.Length);
        Assert.Equal(
            ["lags-001", "lags-002", "lags-003"], plan.Members.Take(3).Select(static one => one.NameIn("lags")));
        Assert.Equal([1UL, 2UL, 1UL], plan.Members.Take(3).Select(static one => one.Configuration.Seed));
        Assert.All(plan.Members, static one => Assert.Equal(1, one.Configuration.Threads));
    }

    [Fact]
    public void Create_LogarithmicRange_DrawsEachDecadeAsOften()
    {
        double[] draws = [.. new SweepPlan(Rates).Points.Select(static point => point.Configuration.LearningRate)];
        Assert.All(draws, static rate => Assert.InRange(rate, 1e-4, 1e-1));
        int[] decades =
            [.. draws.GroupBy(static rate => Math.Floor(Math.Log10(rate))).Select(static one => one.Count())];
        Assert.Equal(3, decades.Length);

        // A third each of 200, give or take four standard deviations of a binomial, 27.
        Assert.All(decades, static count => Assert.InRange(count, 40, 94));
    }

    [Fact]
    public void Create_WholeNumbers_BothEndsAreDrawn()
    {
        SweepPlan plan = new(Rates with
        {
            Random = [new("hidden-size", 8, 11, IsLogarithmic: false)],
        });
        Assert.Equal([8, 9, 10, 11], plan.Points.Select(static point => point.Configuration.HiddenSize).Order());
    }

    [Fact]
    public void Create_MoreSamplesOrAnotherRange_LeavesDrawsAsTheyAre()
    {
        string[] rates = [.. new SweepPlan(Rates with { Samples = 5 }).Points.Select(static point => point.Values[0]!)];
        Assert.Equal(rates, new SweepPlan(Rates with { Samples = 9 }).Points.Take(5).Select(point => point.Values[0]!));
        SweepPlan both = new(Rates with
        {
            Samples = 5,
            Random = [new("clip-norm", 0.1, 10, IsLogarithmic: true), Rates.Random[0]],
        });
        Assert.Equal(rates, both.Points.Select(static point => point.Values[1]!));

        SweepPlan other = new(Rates with { Samples = 5, Fixed = Adding with { Seed = 2 } });
        Assert.NotEqual(rates, other.Points.Select(static point => point.Values[0]!));
    }

    [Fact]
    public void Create_Draws_AreTrainedAsTheyAreWritten() => Assert.All(
        new SweepPlan(Rates).Points,
        static point => Assert.Equal(
            point.Configuration.LearningRate, double.Parse(point.Values[0]!, CultureInfo.InvariantCulture)));

    [Fact]
    public void Create_GridAndRange_JoinsEachDrawWithEachValue()
    {
        SweepPlan plan = new(Rates with { Samples = 4, Grid = [new("cell", ["lstm", "gru"])] });
        Assert.Equal(8, plan.Points.Length);
        Assert.All(
            plan.Points.GroupBy(static point => point.Values[1]),
            static draw => Assert.Equal(["lstm", "gru"], draw.Select(static point => point.Values[0]!)));
    }

    [Fact]
    public void Json_ReadAgain_IsTheSameDefinition()
    {
        SweepDefinition definition = Cells with { Random = Rates.Random, Samples = 3, Rungs = 2, Minutes = 1.5 };
        SweepDefinition read = SweepDefinition.FromJson(definition.ToJson());
        Assert.Equal(definition.ToJson(), read.ToJson());
        Assert.Equal(
            new SweepPlan(definition).Points.Select(static point => point.Configuration.ToJson()),
            new SweepPlan(read).Points.Select(static point => point.Configuration.ToJson()));
    }

    [Theory]
    [InlineData("nonsense", "1", "'nonsense' is no option of a training, so it cannot be swept.")]
    [InlineData("seed", "1", "seed cannot be swept: Seeds says from which seeds each point is trained.")]
    [InlineData(
        "threads", "1",
        "threads cannot be swept: it changes no result; each training of a sweep has one thread.")]
    [InlineData(
        "task", "echo",
        "task cannot be swept: losses of different data do not compare; make a sweep for each.")]
    [InlineData("forget-bias", "much", "In the sweep, forget-bias must be a number, got 'much'.")]
    [InlineData("cell", "lstm,lstm", "The grid has cell lstm twice.")]
    [InlineData("omega", "1,2", "Omega has no effect: only Elman layers have the term.")]
    [InlineData("recompute", "true,perhaps", "In the sweep, recompute must be true or false, got 'perhaps'.")]
    [InlineData(
        "length", "1",
        "The combination length 1 cannot be trained: length of the task adding must be from 2 to 100000, got 1.")]
    [InlineData("hidden-size", "16", "A sweep needs two trainings that differ: nothing varies here.")]
    public void Create_GridThatCannotBe_SaysWhy(string option, string values, string message)
    {
        ExperimentException refused = Assert.Throws<ExperimentException>(() => new SweepPlan(new SweepDefinition
        {
            Fixed = Adding,
            Grid = [new(option, [.. values.Split(',')])],
            Seeds = option == "length" ? [1, 2] : [1],
        }));
        Assert.Equal(message, refused.Message);
        Assert.NotEmpty(refused.Remedy);
    }

    [Theory]
    [InlineData("cell", 1, 2, false, "cell has no numbers to draw from.")]
    [InlineData("learning-rate", 0.1, 0.1, false, "The range of learning-rate must rise, got 0.1 to 0.1.")]
    [InlineData(
        "weight-decay", 0, 1, true,
        "The range of weight-decay must be above 0 on a logarithmic scale, got 0 to 1.")]
    [InlineData("dropout", 0, 1, false, "In the sweep, dropout must be at least 0 and below 1, got 1.")]
    [InlineData("hidden-size", 1.5, 4, false, "In the sweep, hidden-size must be a whole number, got '1.5'.")]
    public void Create_RangeThatCannotBe_SaysWhy(
        string option, double least, double most, bool isLogarithmic, string message)
    {
        ExperimentException refused = Assert.Throws<ExperimentException>(() => new SweepPlan(Rates with
        {
            Random = [new(option, least, most, isLogarithmic)],
        }));
        Assert.Equal(message, refused.Message);
    }

    [Fact]
    public void Create_BeyondTheBudgetOrTheRungs_SaysWhatIsAllowed()
    {
        Assert.Equal(
            "The sweep has 10 trainings, and its budget allows 9.",
            Refused(Cells with { MostTrainings = 9 }));
        Assert.Equal(10, new SweepPlan(Cells with { MostTrainings = 10 }).Members.Length);
        Assert.Equal(
            "Rungs 5 and Factor 3 do not fit 20 steps: two rungs are the same step.",
            Refused(Cells with { Rungs = 5, Fixed = Adding with { Steps = 20 } }));
        Assert.Equal(
            "The sweep has 20,000 trainings, and at most 10,000 are allowed.",
            Refused(Rates with { Samples = 20_000 }));
    }

    [Fact]
    public void Create_MetricThatIsNeverRecorded_SaysWhy()
    {
        Assert.Equal(
            "Metric validation-success is never recorded: only a task has a share of successes, and this is text.",
            Refused(Cells with
            {
                Fixed = new TrainingConfiguration(),
                Metric = SweepMetric.Of("validation-success", null),
            }));
        Assert.Equal(
            "Metric gradient-reach is never recorded: Telemetry off or ReachInterval 0 forbids it.",
            Refused(Cells with
            {
                Fixed = Adding with { Telemetry = "off" },
                Metric = SweepMetric.Of("gradient-reach", null),
            }));
    }

    [Fact]
    public void Metric_ByName_HasItsDirectionOrNeedsOne()
    {
        Assert.False(SweepMetric.Of("validation-loss", null).IsMaximised);
        Assert.True(SweepMetric.Of("gradient-reach", null).IsMaximised);
        Assert.True(SweepMetric.Of("spectral-radius:0", true).IsMaximised);
        Assert.Throws<ExperimentException>(() => SweepMetric.Of("spectral-radius:0", null));
        Assert.Throws<ExperimentException>(() => SweepMetric.Of("nonsense", true));
    }

    private static string Refused(SweepDefinition definition) =>
        Assert.Throws<ExperimentException>(() => new SweepPlan(definition)).Message;
}
