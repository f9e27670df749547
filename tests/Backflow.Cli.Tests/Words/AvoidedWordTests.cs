using Xunit;

namespace Backflow.Cli.Tests.Words;

/// <summary>The list of words that other tests hold documents and sources against.</summary>
public sealed class AvoidedWordTests
{
    [Theory]
    [InlineData("This cures it.")]
    [InlineData("Cures.Text(value)")]
    [InlineData("bool isSick = true;")]
    [InlineData("a verdict's disease")]
    [InlineData("where the gradient left the numbers")]
    [InlineData("The tile unit of newer Xeons")]
    [InlineData("new FirstVisitor()")]
    [InlineData("so that nobody waits")]
    public void In_AvoidedWord_NamesWhatToWrite(string line) =>
        Assert.Contains("write ", Assert.Single(AvoidedWord.In(line)), StringComparison.Ordinal);

    [Theory]
    [InlineData("IsSecureContext is obscure")]
    [InlineData("the numbers are left")]
    [InlineData("a tile of the unit matrix")]
    public void In_OtherWords_IsSilent(string line) => Assert.Empty(AvoidedWord.In(line));
}
