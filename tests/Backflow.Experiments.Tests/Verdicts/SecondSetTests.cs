using Backflow.Telemetry;
using Xunit;

namespace Backflow.Experiments.Tests.Verdicts;

/// <summary>The second held-out set.</summary>
public class SecondSetTests
{
    private const int Fewest = 60;
    private const int FewestPerRule = 2;

    [Fact]
    public void Second_Cases_AreManyAndOfEveryRule()
    {
        Assert.All(VerdictCatalogue.All, static rule => Assert.True(
            VerdictCases.Second.Count(one => one.Expected == rule.Name) >= FewestPerRule, rule.Name));
        Assert.True(VerdictCases.Second.Count(static one => one.Expected is not null) >= Fewest);
        Assert.True(VerdictCases.Second.Count(static one => one.Expected is null) >= Fewest);
    }

    [Fact]
    public void Second_Seeds_AreOfNoOtherCase() => Assert.Distinct(
        VerdictCases.All.Select(static one => one.Configuration.Seed).Distinct()
            .Concat(VerdictCases.Second.Select(static one => one.Configuration.Seed)));
}
