using System.Collections.Immutable;
using Backflow.Training.Tasks.Sequences;
using Xunit;

namespace Backflow.Training.Tests.Tasks.Sequences;

/// <summary>What tasks say of the way from an input to the answer that needs it.</summary>
public sealed class DependencyRangeTests
{
    [Theory]
    [InlineData("echo", "lag", 7, 7, 7)]
    [InlineData("copy-memory", "lag", 12, 12, 22)]
    [InlineData("adding", "length", 50, 25, 49)]
    [InlineData("temporal-order", "length", 60, 48, 53)]
    [InlineData("agreement", "length", 32, 0, 25)]
    [InlineData("brackets", "length", 20, 2, 18)]
    public void Dependencies_LieWithinWhatTheTaskCanAsk(string name, string option, int value, int least, int most)
    {
        SequenceTask task = Create(name, option, value);
        DependencyRange range = task.Dependencies;
        Assert.True(range.Low >= least && range.Longest <= most, $"{range}, at most {range.Longest}");
        Assert.True(range.Low <= range.Median && range.Median <= range.High && range.High <= range.Longest);
    }

    [Theory]
    [InlineData(1, 1, "1 timestep")]
    [InlineData(8, 8, "8 timesteps")]
    [InlineData(0, 1, "0 to 1 timestep")]
    [InlineData(25, 1049, "25 to 1,049 timesteps")]
    public void ToString_CountsTimesteps(int low, int high, string expected) =>
        Assert.Equal(expected, new DependencyRange(low, low, high, high).ToString());

    [Fact]
    public void Dependency_Adding_IsTheLagOfTheFirstMark()
    {
        SequenceTask task = Create("adding", "length", 20);
        TaskBatch batch = new(task.Shape, 64);
        task.WriteValidation(0, batch);
        for (int row = 0; row < batch.BatchSize; row++)
        {
            int first = Enumerable.Range(0, 20).First(t => batch.Feature(t, row, 1) == 1);
            Assert.Equal(19 - first, batch.Dependency(row));
        }
    }

    [Fact]
    public void Dependency_Digits_IsTheLagOfTheFirstPixelThatIsNotPaper()
    {
        using TrainingSession session = TrainingSession.Create(
            TaskCatalogue.Find("digits").Defaults with { Task = "digits", HiddenSize = 2, Threads = 1 });
        SequenceTask task = session.Data.Task!;
        TaskBatch batch = new(task.Shape, 64);
        task.WriteValidation(0, batch);
        for (int row = 0; row < batch.BatchSize; row++)
        {
            int first = Enumerable.Range(0, 64).First(t => batch.Feature(t, row, 0) > 0);
            Assert.Equal(63 - first, batch.Dependency(row));
        }
    }

    [Fact]
    public void Dependency_Brackets_IsTheDistanceToTheBracketThatCloses()
    {
        SequenceTask task = Create("brackets", "length", 20);
        int kinds = task.Shape.OutputSize;
        TaskBatch batch = new(task.Shape, 64);
        task.WriteValidation(0, batch);
        for (int row = 0; row < batch.BatchSize; row++)
        {
            int answer = Enumerable.Range(0, 20).Last(t => batch.Target(t, row) != TaskBatch.Ignored);

            // Back from the closing bracket until as many were opened as were closed.
            int depth = 0;
            int place = answer + 1;
            do
            {
                depth += batch.Token(place, row) < kinds ? -1 : 1;
                place--;
            }
            while (depth > 0);
            Assert.Equal(answer - (place + 1), batch.Dependency(row));
        }
    }

    [Fact]
    public void ToString_OneLag_IsNoRange()
    {
        Assert.Equal("7 timesteps", Create("echo", "lag", 7).Dependencies.ToString());
        Assert.StartsWith("2", Create("adding", "length", 50).Dependencies.ToString(), StringComparison.Ordinal);
        Assert.Contains(" to ", Create("adding", "length", 50).Dependencies.ToString(), StringComparison.Ordinal);
    }

    private static SequenceTask Create(string name, string option, int value)
    {
        using TrainingSession session = TrainingSession.Create(TaskCatalogue.Find(name).Defaults with
        {
            Task = name,
            TaskOptions = ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal).Add(option, value),
            HiddenSize = 2,
            Threads = 1,
        });
        return session.Data.Task!;
    }
}
