using System.Globalization;
using System.Text;

namespace Backflow.Runs.Manifest;

/// <summary>Shows characters that a reader does not see, and that a terminal or a page may obey, as signs.</summary>
/// <remarks>
/// Control characters have pictures in Unicode from U+2400; the others become their number, as in JSON: \u202e.
/// </remarks>
public static class VisibleText
{
    private const char PictureOfNull = '␀';
    private const char PictureOfDelete = '␡';

    /// <summary>Whether a reader sees all characters: no control characters, format characters, line ends.</summary>
    /// <param name="text">Any text.</param>
    public static bool IsVisible(string text) => text.EnumerateRunes().All(static rune => !IsHidden(rune));

    /// <summary>A text on one line with a sign for each character that a reader does not see.</summary>
    /// <param name="text">Any text.</param>
    public static string Of(string text) =>
        string.Concat(text.EnumerateRunes().Select(static rune => IsHidden(rune) ? SignOf(rune) : rune.ToString()));

    /// <summary>A text with its lines and tabs, and with a sign for each character that a terminal obeys.</summary>
    /// <param name="text">Any text.</param>
    public static string OfLines(string text) =>
        text.Any(IsObeyed) ? string.Concat(text.Select(static c => IsObeyed(c) ? SignOf(new Rune(c)) : c.ToString()))
        : text;

    // Joiners of emoji and of Persian words are no orders to a terminal.
    private static bool IsObeyed(char c) => c is not ('\n' or '\t') && (char.IsControl(c) || IsDirection(c));

    // The characters of Unicode's bidirectional algorithm that have no picture, and its two separators of lines.
    private static bool IsDirection(char c) =>
        c is '\u061C' or '\u200E' or '\u200F' or (>= '\u2028' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    private static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static string SignOf(Rune rune) =>
        rune.Value < ' ' ? ((char)(PictureOfNull + rune.Value)).ToString()
        : rune.Value == '\u007F' ? PictureOfDelete.ToString()
        : string.Concat(rune.ToString().Select(static unit => string.Create(
            CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}")));
}
