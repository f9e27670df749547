namespace Backflow.Training.Texts;

/// <summary>A path in a command that a person may copy.</summary>
internal static class ShellWord
{
    /// <summary>A word that a POSIX shell passes on as it is.</summary>
    /// <param name="word">Any path.</param>
    /// <returns>The word, in single quotes where a shell would see more in it than letters.</returns>
    public static string Quote(string word) => word.Length > 0 && word.All(IsPlain)
        ? word
        : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '/';
}
