using System.Text.RegularExpressions;

namespace Backflow.Cli.Tests.Words;

/// <summary>
/// The sentences of a Markdown page with the line that their paragraph begins at. Tables, headings, code blocks,
/// pictures and formulas are left out; a link is its text, and code within a line counts as one word.
/// </summary>
internal static partial class MarkdownSentences
{
    /// <summary>All sentences, in order.</summary>
    public static IEnumerable<(int Line, string Text)> Of(IEnumerable<string> lines) => Paragraphs(lines).SelectMany(
        static paragraph => Ends().Split(Plain(paragraph.Text)).Select(text => (paragraph.Line, text)));

    /// <summary>The number of words: signs without a letter or digit are none.</summary>
    public static int CountWords(string sentence) => sentence
        .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        .Count(static word => word.Any(char.IsLetterOrDigit));

    private static IEnumerable<(int Line, string Text)> Paragraphs(IEnumerable<string> lines)
    {
        List<string> parts = [];
        int first = 0;
        int number = 0;
        char block = ' ';
        foreach (string line in lines)
        {
            number++;
            string text = line.Trim();
            bool isFence = text.StartsWith("```", StringComparison.Ordinal);
            bool isFormula = text.StartsWith("$$", StringComparison.Ordinal);
            bool endsFormula = text.EndsWith("$$", StringComparison.Ordinal);
            bool isIndented = line.StartsWith("    ", StringComparison.Ordinal) && parts.Count == 0;
            bool isItem = Item().IsMatch(text);
            bool isOther = isFence || isFormula || isIndented || text.Length == 0 || "|#<!".Contains(text[0]);
            bool isProse = block == ' ' && !isOther;
            if (parts.Count > 0 && (!isProse || isItem))
            {
                yield return (first, string.Join(' ', parts));
                parts.Clear();
            }

            if (isProse)
            {
                first = parts.Count == 0 ? number : first;
                parts.Add(Item().Replace(text, string.Empty));
            }

            block = block switch
            {
                '`' => isFence ? ' ' : '`',
                '$' => endsFormula ? ' ' : '$',
                _ => isFence ? '`' : isFormula && !(endsFormula && text.Length > 2) ? '$' : ' ',
            };
        }

        if (parts.Count > 0)
        {
            yield return (first, string.Join(' ', parts));
        }
    }

    // A formula leaves a sign that is no word, so that a sentence can begin with it.
    private static string Plain(string paragraph) => Emphasis().Replace(
        Link().Replace(Code().Replace(Formula().Replace(paragraph, "∂"), "Code"), "$1"), string.Empty);

    [GeneratedRegex(@"(?<=[.?!][""”’)]*)\s+(?=[""“(‖]?\.?[\p{Lu}\d∂Σ])")]
    private static partial Regex Ends();

    [GeneratedRegex(@"^(?:[-*]|\d+\.)\s+(?:\[[ x]\]\s+)?")]
    private static partial Regex Item();

    [GeneratedRegex(@"\$[^$]+\$")]
    private static partial Regex Formula();

    [GeneratedRegex("`[^`]+`")]
    private static partial Regex Code();

    [GeneratedRegex(@"!?\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\*{1,2}|(?<!\w)_|_(?!\w)")]
    private static partial Regex Emphasis();
}
