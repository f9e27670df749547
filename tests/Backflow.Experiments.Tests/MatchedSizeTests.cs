using Backflow.Engine;
using Xunit;

namespace Backflow.Experiments.Tests;

public sealed class MatchedSizeTests
{
    [Theory]
    [InlineData("rnn")]
    [InlineData("gru")]
    [InlineData("lstm")]
    public void Nearest_EveryNumber_IsWhatTryingAllSizesFinds(string name)
    {
        CellDescription cell = Cells.Named(name);
        long Count(int hidden) => cell.ParameterCount(7, hidden);
        for (long parameters = 1; parameters < 5000; parameters += 13)
        {
            long least = Enumerable.Range(1, 100).Min(hidden => Math.Abs(Count(hidden) - parameters));
            Assert.Equal(least, Math.Abs(Count(MatchedSize.Nearest(Count, parameters)) - parameters));
        }
    }
}
