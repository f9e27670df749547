using System.Collections.Immutable;
using Backflow.Experiments.Diagnosis;
using Backflow.Training;
using Backflow.Training.Tasks.Sequences;
using Xunit;

namespace Backflow.Experiments.Tests.Diagnosis;

public sealed class RemedyTrialsTests
{
    [Fact]
    public void Of_Elman_BeginsWithTheConfigurationAndTheGatedCells()
    {
        TrainingConfiguration unhealthy = TaskCatalogue.Find("copy-memory").Defaults with
        {
            Task = "copy-memory",
            Cells = ["rnn"],
        };
        ImmutableArray<Remedy> remedies = RemedyTrials.Of(unhealthy, dependency: 30);

        Assert.Equal(unhealthy, remedies[0].Configuration);
        Assert.All(remedies[1..4], static remedy => Assert.NotEqual("rnn", remedy.Configuration.Cells[0]));
        Assert.Contains(remedies, static remedy => remedy.Configuration.Flossing > 0);
        Assert.Contains(remedies, static remedy => remedy.Configuration.Omega > 0);
        Assert.Equal(30, remedies[1].Configuration.Chrono);
    }

    [Fact]
    public void Of_Rates_HaveThreeDigits()
    {
        ImmutableArray<Remedy> remedies = RemedyTrials.Of(
            TaskCatalogue.Find("adding").Defaults with { Task = "adding", LearningRate = 0.002 }, dependency: 30);

        Assert.Equal(0.006, Rate("rate × 3"));
        Assert.Equal(0.000667, Rate("rate ÷ 3"));

        double Rate(string name) => remedies.First(remedy => remedy.Name == name).Configuration.LearningRate;
    }

    [Theory]
    [InlineData("copy-memory", "rnn")]
    [InlineData("copy-memory", "lstm")]
    [InlineData("adding", "gru")]
    public void Of_EveryRemedy_CanBeSaidAsACommandAndIsValid(string task, string cell)
    {
        TrainingConfiguration defaults = TaskCatalogue.Find(task).Defaults;
        ImmutableArray<Remedy> remedies = RemedyTrials.Of(
            defaults with { Task = task, Cells = [cell], ForgetBias = -2, ClipNorm = 9 }, dependency: 30);
        Assert.Equal(
            remedies.Length,
            remedies.Select(static remedy => TrainingOptions.Describe(remedy.Configuration)).Distinct().Count());
        foreach (Remedy remedy in remedies)
        {
            TrainingOptions.Validate(remedy.Configuration);

            // No option takes a default back, so null may stand only where it is the default.
            Assert.True(remedy.Configuration.ForgetBias is not null || defaults.ForgetBias is null, remedy.Name);
        }
    }
}
