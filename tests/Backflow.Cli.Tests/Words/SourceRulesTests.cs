using Xunit;

namespace Backflow.Cli.Tests.Words;

/// <summary>The rules by themselves: what they find, and what they leave alone.</summary>
public sealed class SourceRulesTests
{
    [Fact]
    public void WideLines_LongestAllowedAndOneMore_FindsTheSecond() => Assert.Equal(
        [(2, "121 columns")], SourceRules.WideLines([new string('x', 120), new string('x', 121)]));

    [Theory]
    [InlineData("/// <summary>It is so.</summary>")]
    [InlineData("/// <summary>The same more rarely.</summary>")]
    [InlineData("/// <summary>", "/// Whether they are.")]
    public void DependentSummaries_ContinuedText_IsFound(params string[] lines) =>
        Assert.Single(SourceRules.DependentSummaries(lines));

    [Theory]
    [InlineData("/// <summary>Items of a list.</summary>")]
    [InlineData("/// <summary>", "/// Whether a run ended.")]
    [InlineData("// It is so.")]
    public void DependentSummaries_TextOfItsOwn_IsLeftAlone(params string[] lines) =>
        Assert.Empty(SourceRules.DependentSummaries(lines));

    [Theory]
    [InlineData("""/// <param name="layer">The layer.</param>""")]
    [InlineData("""/// <param name="hiddenSize">Hidden size.</param>""")]
    [InlineData("""/// <param name="store">The <see cref="Runs.Store"/>.</param>""")]
    [InlineData("""/// <param name="shape"></param>""")]
    public void RepeatedNames_NameAlone_IsFound(string line) => Assert.Single(SourceRules.RepeatedNames([line]));

    [Theory]
    [InlineData("""/// <param name="layer">From 0, the lowest.</param>""")]
    [InlineData("""/// <param name="store">An open store.</param>""")]
    public void RepeatedNames_MoreThanTheName_IsLeftAlone(string line) =>
        Assert.Empty(SourceRules.RepeatedNames([line]));

    [Theory]
    [InlineData("""value.ToString("G4", culture)""")]
    [InlineData("""$"{value:G3} times" """)]
    [InlineData("""$"{value:0.00e+0}" """)]
    [InlineData("""$"{share:P0}" """)]
    [InlineData("""steps.ToString("N0", culture)""")]
    public void OwnNumberFormats_FormatForPeople_IsFound(string line) =>
        Assert.Single(SourceRules.OwnNumberFormats([line]));

    [Theory]
    [InlineData("""new("--steps", "N")""")]
    [InlineData("""$"{x:0.##}" """)]
    [InlineData("""date.ToString("O", culture) // not "G4" """)]
    public void OwnNumberFormats_OtherText_IsLeftAlone(string line) =>
        Assert.Empty(SourceRules.OwnNumberFormats([line]));
}
