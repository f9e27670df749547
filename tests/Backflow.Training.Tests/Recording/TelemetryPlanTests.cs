using Backflow.Telemetry;
using Xunit;

namespace Backflow.Training.Tests.Recording;

public sealed class TelemetryPlanTests
{
    [Theory]
    [InlineData("economy", null, TotalGradientNorm.MetricName, new long[] { 1, 10, 20, 30 })]
    [InlineData("economy", null, ClippedStepShare.NormMetricName, new long[] { 1, 2, 3, 4, 5, 6, 7 })]
    [InlineData("economy", null, Spectrum.MetricName, new long[] { 0, 100, 200 })]
    [InlineData("economy", null, LocalGradientNorm.MetricName, new long[0])]
    [InlineData("economy", "25", TotalGradientNorm.MetricName, new long[] { 1, 25, 50, 75 })]
    [InlineData("economy", "25", Spectrum.MetricName, new long[] { 0, 250, 500 })]
    [InlineData("full", null, TotalGradientNorm.MetricName, new long[] { 1, 2, 3, 4 })]
    [InlineData("full", null, LocalGradientNorm.MetricName, new long[] { 1, 10, 20, 30 })]
    [InlineData("full", "3", LocalGradientNorm.MetricName, new long[] { 1, 3, 6, 9 })]
    [InlineData("economy", "log", Spectrum.MetricName, new long[] { 0, 1, 2, 3, 4, 5, 6, 8, 10, 13 })]
    [InlineData("full", null, StepJacobian.MetricName, new long[0])]
    [InlineData("off", null, TotalGradientNorm.MetricName, new long[0])]
    [InlineData("off", "5", Spectrum.MetricName, new long[0])]
    public void ScheduleOf_LevelAndInterval_FirstSteps(string level, string? interval, string metric, long[] expected)
    {
        MeasurementSchedule schedule = new TelemetryPlan(level, interval, batchSize: 32)
            .ScheduleOf(MetricRegistry.All.Single(known => known.Name == metric));
        bool needsNoStep = metric == Spectrum.MetricName;
        Assert.Equal(
            expected,
            Enumerable.Range(needsNoStep ? 0 : 1, 1_000).Select(step => (long)step)
                .Where(step => needsNoStep ? schedule.IsDue(step) : TelemetryPlan.IsDue(schedule, step))
                .Take(expected.Length));
        Assert.Equal(expected.Length > 0, schedule != MeasurementSchedule.OnDemand);
    }

    [Theory]
    [InlineData(600L, 30)]
    [InlineData(1999L, 99)]
    [InlineData(2000L, 100)]
    [InlineData(100_000L, 100)]
    [InlineData(7L, 1)]
    [InlineData(null, 100)]
    public void ScheduleOf_Spectra_AreTwentyInAShortRun(long? steps, int interval) => Assert.Equal(
        MeasurementSchedule.Every(interval),
        new TelemetryPlan("economy", interval: null, batchSize: 32, steps).ScheduleOf(Spectrum.Description));

    [Theory]
    [InlineData(1, null, new long[] { 1, 200, 400 })]
    [InlineData(2, null, new long[] { 1, 100, 200 })]
    [InlineData(3, null, new long[] { 1, 50, 100 })]
    [InlineData(32, null, new long[] { 1, 50, 100 })]
    [InlineData(1, "3", new long[] { 1, 60, 120 })]
    [InlineData(32, "3", new long[] { 1, 15, 30 })]
    public void ScheduleOf_RepeatedSequences_RarerWhereTheyAreMuchOfAStep(int batch, string? interval, long[] expected)
    {
        MeasurementSchedule schedule =
            new TelemetryPlan("economy", interval, batch).ScheduleOf(LastAnswerGradientNorm.Description);
        Assert.Equal(
            expected,
            Enumerable.Range(1, 500).Select(step => (long)step)
                .Where(step => TelemetryPlan.IsDue(schedule, step))
                .Take(3));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-3")]
    [InlineData("1.5")]
    [InlineData("1000001")]
    [InlineData("often")]
    public void Validate_Interval_NamesItAndWhatIsAllowed(string interval)
    {
        TrainingConfiguration configuration = new() { TelemetryInterval = interval };
        ExperimentException failure =
            Assert.Throws<ExperimentException>(() => TrainingOptions.Validate(configuration));
        Assert.Equal(
            $"TelemetryInterval must be a number of steps from 1 to 1000000, or log, got '{interval}'.",
            failure.Message);
    }

    [Fact]
    public void Validate_UnknownLevel_ListsTheLevels()
    {
        TrainingConfiguration configuration = new() { Telemetry = "more" };
        ExperimentException failure =
            Assert.Throws<ExperimentException>(() => TrainingOptions.Validate(configuration));
        Assert.Equal("Telemetry must be one of off, economy, full, got 'more'.", failure.Message);
    }
}
