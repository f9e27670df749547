using Backflow.Runs.Manifest;

namespace Backflow.Runs.Tests.Manifest;

public sealed class RunIdTests
{
    [Theory]
    [InlineData("lstm-0001", true)]
    [InlineData("0", true)]
    [InlineData("a23456789012345678901234567890123456789012345678901234567890123", true)]
    [InlineData("a234567890123456789012345678901234567890123456789012345678901234", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("-a", false)]
    [InlineData("A", false)]
    [InlineData("a.b", false)]
    [InlineData("a/b", false)]
    [InlineData("a\n", false)]
    [InlineData("ä", false)]
    public void IsValid_Text_SaysWhetherItIsASlug(string? id, bool expected) =>
        Assert.Equal(expected, RunId.IsValid(id));
}
