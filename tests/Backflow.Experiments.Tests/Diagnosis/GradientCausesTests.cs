using System.Collections.Immutable;
using Backflow.Experiments.Diagnosis;
using Xunit;

namespace Backflow.Experiments.Tests.Diagnosis;

public sealed class GradientCausesTests
{
    [Fact]
    public void Of_FactorsThatKillTheGradient_AreNamedWithTheirNumbers()
    {
        RankedCause[] causes = Of(Layer(-0.2, -0.5));
        Assert.Equal(
            [
                "Layer 0: the recurrent matrix multiplies the gradient by 0.607 per timestep, ln -0.5.",
                "Layer 0: the activation derivative multiplies the gradient by 0.819 per timestep, ln -0.2.",
            ],
            causes.OrderBy(static one => one.Weight).Select(static one => one.Cause.Meaning));
        Assert.All(causes, static one => Assert.Equal(CauseRank.Gradient, one.Rank));
    }

    [Fact]
    public void Of_GradientThatReaches_PutsFactorsAside() => Assert.All(
        GradientCauses.Of([Layer(-0.2, -0.5)], reaches: true, growth: null),
        static one => Assert.Equal(CauseRank.Aside, one.Rank));

    // Of a product that grows, no factor weakens it.
    [Fact]
    public void Of_ProductThatGrows_NamesTheGrowthAlone()
    {
        RankedCause cause = Assert.Single(Of(Layer(-1.5, 1.98)));
        Assert.Equal(CauseNames.Grows, cause.Cause.Name);
        Assert.StartsWith(
            "Layer 0: the gradient grows by a factor of 1.62", cause.Cause.Meaning, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_GrowthOfTheWholeGradient_IsACauseWhereNoLayerHasOne()
    {
        RankedCause cause = Assert.Single(GradientCauses.Of([Layer(0, 0)], reaches: false, growth: 1.2));
        Assert.StartsWith(
            "The gradient grows by a factor of 1.2", cause.Cause.Meaning, StringComparison.Ordinal);
        Assert.Single(GradientCauses.Of([Layer(0, 0.5)], reaches: false, growth: 1.2));
    }

    [Theory]
    [InlineData(0.2f, null)]
    [InlineData(0.4f, CauseRank.Aside)]
    [InlineData(0.8f, CauseRank.Gradient)]
    public void Of_SaturatedUnits_CountByTheirShare(float share, object? rank) => Assert.Equal(
        (CauseRank?)rank,
        GradientCauses.Of([Layer(0, 0) with { Saturation = [share, share] }], reaches: true, growth: null)
            .Select(static one => (CauseRank?)one.Rank).FirstOrDefault());

    [Theory]
    [InlineData(1e-3f, true)]
    [InlineData(0.02f, false)]
    [InlineData(float.NaN, false)]
    public void Of_LowestLayer_ByItsShareOfTheTopLayersGradient(float bottom, bool isCause) => Assert.Equal(
        isCause,
        Of(Layer(0, 0) with { Norms = [0, bottom] }, Layer(0, 0) with { Norms = [0, 1] })
            .Any(static one => one.Cause.Name == CauseNames.VanishesThroughLayers));

    // What is 0 is no small share.
    [Fact]
    public void Of_LowestLayerWithoutAGradient_SaysThatItIsZero() => Assert.StartsWith(
        "Layer 0 gets a gradient of exactly 0 from the last answer",
        Of(Layer(0, 0) with { Norms = [0, 0] }, Layer(0, 0) with { Norms = [0, 1] })
            .Single(static one => one.Cause.Name == CauseNames.VanishesThroughLayers).Cause.Meaning,
        StringComparison.Ordinal);

    [Theory]
    [InlineData(0, "is exactly 0, so")]
    [InlineData(float.NaN, "is NaN or infinite, so")]
    [InlineData(1, "becomes exactly 0, NaN or infinite within a timestep, so")]
    public void Of_FactorsThatWereNotMeasured_SaysWhy(float last, string why)
    {
        Assert.StartsWith(
            $"Layer 0: the gradient of the last state {why}",
            Assert.Single(Of(Layer(double.NaN, double.NaN) with { Norms = [0, last] })).Cause.Meaning,
            StringComparison.Ordinal);
        Assert.Equal(
            "Layer 0: no formulas.",
            Assert.Single(Of(Layer(double.NaN, double.NaN) with { NotMeasured = "no formulas" })).Cause.Meaning);
    }

    private static RankedCause[] Of(params LayerDiagnosis[] layers) =>
        [.. GradientCauses.Of([.. layers], reaches: false, growth: null)];

    private static LayerDiagnosis Layer(double derivative, double matrix) => new(
        0,
        "rnn",
        30,
        [],
        "activation derivative",
        "recurrent matrix",
        [.. Enumerable.Repeat(derivative, 30)],
        [.. Enumerable.Repeat(matrix, 30)],
        ImmutableArray<GradientPath>.Empty,
        [0]);
}
