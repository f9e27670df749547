using Xunit;

namespace Backflow.Cli.Tests.Words;

/// <summary>The splitting that the rule of 40 words rests on.</summary>
public sealed class MarkdownSentencesTests
{
    [Fact]
    public void Of_Paragraph_SplitsAtSentenceEndsAcrossLines() => Assert.Equal(
        [(3, "One is short."), (3, "Two goes on here (see this)."), (3, ".NET begins three.")],
        Sentences("# Title", "", "One is short. Two goes", "on here (see [this](http://a.b/c.d)). .NET begins three."));

    [Fact]
    public void Of_ListItems_BeginAnew() => Assert.Equal(
        [(1, "First"), (2, "Second, with Code")], Sentences("- First", "- [ ] **Second**, with `code. Not split`"));

    [Fact]
    public void Of_FormulaAtTheStart_SplitsBeforeIt() => Assert.Equal(
        [(1, "A line."), (1, "∂ is the state.")], Sentences("A line. $h_t$ is the state."));

    [Fact]
    public void Of_TablesCodeAndFormulas_LeavesThemOut() => Assert.Equal(
        [(1, "Before"), (13, "After")],
        Sentences(
            "Before", "```sh", "no sentence", "```", "| a | b |", "    indented code", "$$x$$",
            "$$", "y", "$$", "![p](q)", "", "After"));

    [Fact]
    public void CountWords_SignsWithoutALetter_AreNone() =>
        Assert.Equal(5, MarkdownSentences.CountWords("12 × 2 = 24 multiply-adds – each"));

    private static (int Line, string Text)[] Sentences(params string[] lines) => [.. MarkdownSentences.Of(lines)];
}
