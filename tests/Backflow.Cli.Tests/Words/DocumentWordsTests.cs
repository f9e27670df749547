using Xunit;

namespace Backflow.Cli.Tests.Words;

/// <summary>The words and sentences of the documents and of the page.</summary>
public sealed class DocumentWordsTests
{
    private const int LongestSentence = 40;

    [Fact]
    public void Documents_UseTheGlossarysWords() => Places.None(Places.AvoidedWords(Documents()));

    [Fact]
    public void Page_UsesTheGlossarysWords() =>
        Places.None(Places.AvoidedWords(Places.Files("web/dashboard/src", ".ts", ".svelte", ".css")));

    [Fact]
    public void Documents_HaveNoSentenceAboveFortyWords()
    {
        string[] documents = [.. Documents()];
        Assert.True(documents.Length > 40, $"Only {documents.Length} documents were found.");
        Places.None(documents.SelectMany(static file => MarkdownSentences.Of(File.ReadLines(file))
            .Where(static sentence => MarkdownSentences.CountWords(sentence.Text) > LongestSentence)
            .Select(sentence => $"{Places.Named(file)}:{sentence.Line}: {sentence.Text}")));
    }

    private static IEnumerable<string> Documents() => Directory
        .EnumerateFiles(RepositoryRoot.Path, "*.md")
        .Concat(Places.Files("docs", ".md"))
        .Concat(Places.Files("bench", ".md"));
}
