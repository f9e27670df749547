using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Backflow.Cli;

/// <summary>Words as a POSIX shell reads them: sh, bash, zsh, dash.</summary>
internal static class PosixShell
{
    /// <summary>A word that the shell passes on as it is.</summary>
    /// <param name="word">Any text without the character U+0000, which no argument can hold.</param>
    /// <returns>The word, in single quotes where a shell would see more in it than letters.</returns>
    public static string Quote(string word) =>
        word.Length > 0 && word[0] is not '=' && word.All(IsPlain)
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>Words with blanks between them.</summary>
    /// <param name="words">The words, none of them quoted yet.</param>
    /// <returns>A command, or the end of one.</returns>
    public static string Quote(IEnumerable<string> words) => string.Join(' ', words.Select(Quote));

    /// <summary>An option and its value as words that are read as such, whatever the value begins with.</summary>
    /// <param name="option">The option with its dashes.</param>
    /// <param name="value">Any text.</param>
    /// <returns>Two words, not yet quoted; one, with a sign between them, where the value could be an option.</returns>
    public static IEnumerable<string> Option(string option, string value) =>
        value.StartsWith('-') && !double.TryParse(value, CultureInfo.InvariantCulture, out _)
            ? [$"{option}={value}"]
            : [option, value];

    /// <summary>The words of a command that was quoted here.</summary>
    /// <param name="command">Words with blanks between them, in single quotes where they need some.</param>
    public static ImmutableArray<string> Words(string command)
    {
        List<string> words = [];
        StringBuilder word = new();
        bool isBegun = false;
        bool isQuoted = false;
        for (int i = 0; i < command.Length; i++)
        {
            char c = command[i];
            if (c == '\'')
            {
                isQuoted = !isQuoted;
                isBegun = true;
            }
            else if (!isQuoted && c == ' ')
            {
                if (isBegun)
                {
                    words.Add(word.ToString());
                }

                word.Clear();
                isBegun = false;
            }
            else
            {
                bool isEscape = !isQuoted && c == '\\' && i + 1 < command.Length;
                word.Append(isEscape ? command[++i] : c);
                isBegun = true;
            }
        }

        return isBegun ? [.. words, word.ToString()] : [.. words];
    }

    private static bool IsPlain(char c) =>
        char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '/' or ',' or ':' or '=' or '+' or '@' or '%';
}
