using Backflow.Runs.Manifest;

namespace Backflow.Runs.Tests.Manifest;

public sealed class NearNamesTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("abc", "", 3)]
    [InlineData("", "abc", 3)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("lsmt", "lstm", 2)]
    public void Distance_TwoWords_CountsTheEdits(string from, string to, int expected) =>
        Assert.Equal(expected, NearNames.Distance(from, to));

    [Fact]
    public void Find_ManyRuns_ReturnsTheFiveNearestByIdOrName()
    {
        (string Id, string Name)[] runs =
            [("a-1", "zzz"), ("a-2", "hello"), ("a-3", "q"), ("a-4", "q2"), ("a-5", "q3"), ("hella", "x")];
        Assert.Equal(["a-2", "hella"], NearNames.Find("hello", runs).Take(2).Select(run => run.Id));
        Assert.Equal(5, NearNames.Find("hello", runs).Length);
    }
}
