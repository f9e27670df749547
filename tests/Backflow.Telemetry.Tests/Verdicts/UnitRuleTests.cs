using Backflow.Engine;

namespace Backflow.Telemetry.Tests;

public class UnitRuleTests
{
    [Theory]
    [InlineData("gate-mean-derivative:output", 0.005f, true)]
    [InlineData("gate-mean-derivative:output", 0.02f, false)]
    [InlineData("gate-mean-derivative:candidate", 0.02f, true)]
    [InlineData("gate-mean-derivative:candidate", 0.2f, false)]
    public void SaturatedGate_ByItsSlope_NamesGateAndTimestep(string column, float slope, bool fires)
    {
        float[] slopes = MonitorSetup.Flat(slope);
        slopes[7] *= 0.5f;
        MonitorSetup setup = new MonitorSetup(MonitorSetup.Context(Cells.Lstm)).Rows(column, slopes);
        Assert.Equal(fires ? 1 : 0, setup.Verdicts.Count);
        Assert.All(setup.Verdicts, verdict =>
        {
            Assert.Equal("saturated-gate", verdict.Rule);
            Assert.Equal(column.Split(':')[1], verdict.Gate);
            Assert.Equal(7, verdict.Timestep);
        });
    }

    [Theory]
    [InlineData("rnn", 0.9f, true)]
    [InlineData("rnn", 0.5f, false)]
    [InlineData("rnn-relu", 0.9f, false)]
    public void SaturatedUnits_ByShareAndCell(string cellName, float share, bool fires) => Assert.Equal(
        fires ? ["saturated-units"] : [],
        new MonitorSetup(MonitorSetup.Context(Cells.Named(cellName)))
            .Rows(UnitStatistics.MetricName, MonitorSetup.Flat(share)).Rules);

    [Theory]
    [InlineData("rnn-relu", 0.8, true)]
    [InlineData("rnn-relu", 0.3, false)]
    [InlineData("rnn", 0.8, false)]
    public void DeadUnits_ByShareAndCell(string cellName, double share, bool fires) => Assert.Equal(
        fires ? ["dead-units"] : [],
        new MonitorSetup(MonitorSetup.Context(Cells.Named(cellName)))
            .Scalars("dead-unit-share:0", 100, _ => share, 10).Rules);

    [Theory]
    [InlineData(1, "Initialisation = pytorch, Gain = 1")]
    [InlineData(101, "LearningRate = 0.0003")]
    public void DeadUnits_ByWhenTheyDied_ProposesTheStartOrTheRateFirst(long diedAt, string first) => Assert.Equal(
        first,
        string.Join(", ", new MonitorSetup(MonitorSetup.Context(Cells.RnnRelu))
            .Scalars("dead-unit-share:0", 200, step => step < diedAt ? 0.1 : 0.8, 10)
            .Only("dead-units").Remedies[0].Settings));

    [Theory]
    [InlineData("lstm", "gate-share-below:forget", 0.9f, true)]
    [InlineData("lstm", "gate-share-below:forget", 0.2f, false)]
    [InlineData("lstm", "gate-share-below:input", 0.9f, false)]
    [InlineData("gru", "gate-share-below:update", 0.9f, true)]
    [InlineData("gru", "gate-share-above:update", 0.9f, false)]
    [InlineData("gru-reset-before", "gate-share-above:update", 0.9f, true)]
    [InlineData("gru-reset-before", "gate-share-below:update", 0.9f, false)]
    public void ClosedForgetGate_ByTheGateThatKeepsTheOldState(
        string cellName, string column, float share, bool fires) => Assert.Equal(
            fires ? ["closed-forget-gate"] : [],
            new MonitorSetup(MonitorSetup.Context(Cells.Named(cellName))).Rows(column, MonitorSetup.Flat(share)).Rules);

    [Theory]
    [InlineData(0.98, false)]
    [InlineData(0.5, true)]
    public void ClosedForgetGate_GradientThatReachesTheDependencyAllTheSame_IsSilent(double factor, bool fires)
    {
        MonitorSetup setup = new(MonitorSetup.Context(Cells.Gru));
        for (int step = 0; step <= 100; step += 10)
        {
            setup.Row(TotalGradientNorm.MetricName, MonitorSetup.Norms(factor), step)
                .Row("gate-share-below:update", MonitorSetup.Flat(0.6f), step).Take();
        }

        Assert.Equal(fires, setup.Rules.Contains("closed-forget-gate"));
    }

    [Theory]
    [InlineData("update-to-weight-ratio:recurrent", 1e-9, "update-too-small")]
    [InlineData("update-to-weight-ratio:recurrent", 1e-3, null)]
    [InlineData("update-to-weight-ratio:recurrent", 0.9, "update-too-large")]
    [InlineData("update-to-weight-ratio:bias", 0.9, null)]
    [InlineData("update-to-weight-ratio:embedding", double.NaN, null)]
    public void UpdateRules_ByRatioAndGroup(string column, double ratio, string? rule) => Assert.Equal(
        rule is null ? [] : [rule], new MonitorSetup().Scalars(column, 200, _ => ratio, 10).Rules);

    [Theory]
    [InlineData(1e-9, "LearningRate = 0.3")]
    [InlineData(0.0, "Initialisation = pytorch, Gain = 1")]
    public void UpdateTooSmall_ByWhetherAnythingMoves_ProposesTheRateOrTheStart(double ratio, string first) =>
        Assert.Equal(
            first,
            string.Join(", ", new MonitorSetup().Scalars("update-to-weight-ratio:recurrent", 200, _ => ratio, 10)
                .Only("update-too-small").Remedies[0].Settings));

    [Theory]
    [InlineData("rnn", 0.7, VerdictSeverity.Warning)]
    [InlineData("rnn", 1.5, VerdictSeverity.Information)]
    [InlineData("rnn", 1.0, null)]
    [InlineData("rnn-sigmoid", 1.5, VerdictSeverity.Warning)]
    [InlineData("rnn-sigmoid", 4.0, null)]
    [InlineData("lstm", 0.1, null)]
    public void SpectralRegime_ByBoundOverTheLag(string cellName, double norm, VerdictSeverity? severity)
    {
        CellDescription cell = Cells.Named(cellName);
        MonitorSetup setup = new MonitorSetup(MonitorSetup.Context(cell)).Scalars("spectral-norm:0", 1, _ => norm);
        Assert.Equal(severity is null ? 0 : 1, setup.Verdicts.Count);
        Assert.All(setup.Verdicts, verdict => Assert.Equal(severity, verdict.Severity));
    }
}
