using Xunit;

namespace Backflow.Training.Tests;

public sealed class ProgressMeterTests
{
    [Fact]
    public void MeasuringShare_AfterTheFirstInterval_LeavesItsCompilationOut()
    {
        TrainingConfiguration configuration = new() { HiddenSize = 4, EmbeddingSize = 2, Threads = 1 };
        using TrainingSession session = new(
            configuration, Corpora.Load(configuration with { SentenceCharacters = 3_000 }));
        FakeClock clock = new();
        ProgressMeter meter = new(clock, session);
        Assert.Equal(0, meter.MeasuringShare);
        Report(meter, clock, seconds: 10, measuring: 6);
        Assert.Equal(0.6, meter.MeasuringShare, 1e-12);
        Report(meter, clock, seconds: 10, measuring: 1);
        Assert.Equal(0.1, meter.MeasuringShare, 1e-12);
        Report(meter, clock, seconds: 30, measuring: 1);
        Assert.Equal(0.05, meter.MeasuringShare, 1e-12);
    }

    private static void Report(ProgressMeter meter, FakeClock clock, int seconds, int measuring)
    {
        clock.Advance(seconds);
        meter.Add(loss: 1);
        meter.Report(validationLoss: null, success: null, TimeSpan.FromSeconds(measuring));
    }
}
