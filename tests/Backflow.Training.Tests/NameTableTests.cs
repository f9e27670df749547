using Backflow.Engine;
using Backflow.Telemetry;
using Xunit;

namespace Backflow.Training.Tests;

public sealed class NameTableTests
{
    [Fact]
    public void Tables_EveryMember_HasOneName()
    {
        Assert.Equal(Enum.GetValues<OptimizerKind>(), ConfigurationRules.Optimizers.Values.Order());
        Assert.Equal(Enum.GetValues<ScheduleKind>(), ConfigurationRules.Schedules.Values.Order());
        Assert.Equal(Enum.GetValues<InitialisationScheme>(), ConfigurationRules.Initialisations.Values.Order());
        Assert.Equal(Enum.GetValues<TelemetryLevel>(), TelemetryPlan.Levels.Values.Order());
    }

    [Theory]
    [InlineData("sgd", OptimizerKind.Sgd)]
    [InlineData("rmsprop", OptimizerKind.RmsProp)]
    [InlineData("adam", OptimizerKind.Adam)]
    [InlineData("adamw", OptimizerKind.AdamW)]
    public void Optimizers_Name_IsThatOptimizer(string name, OptimizerKind kind) =>
        Assert.Equal(kind, ConfigurationRules.Optimizers[name]);

    [Fact]
    public void Indexer_UnknownWord_Throws() =>
        Assert.Throws<ArgumentException>(() => new TelemetryPlan("everything", interval: null, batchSize: 1));
}
