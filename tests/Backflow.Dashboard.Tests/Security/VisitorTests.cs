using Backflow.Dashboard.Security;

namespace Backflow.Dashboard.Tests.Security;

public sealed class VisitorTests
{
    [Theory]
    [InlineData("", false)]
    [InlineData("a", true)]
    [InlineData("token", true)]
    public void IsKnown_AnyName_IsTrueForAllButTheEmptyOne(string name, bool expected) =>
        Assert.Equal(expected, new Visitor(name).IsKnown);
}
