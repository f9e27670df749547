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

    private static bool IsPlain(char c) =>
        char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '/' or ',' or ':' or '=' or '+' or '@' or '%';
}
