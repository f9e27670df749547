using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Backflow.Training;
using Backflow.Training.Texts;

namespace Backflow.Cli;

/// <summary>What of a command line only its user may read: it is neither recorded nor printed.</summary>
/// <remarks>
/// Knowing a webhook's path is enough to post to it; a user and a password in an address open it. The environment and
/// files take such values without the list of processes showing them.
/// </remarks>
internal static partial class Secrets
{
    /// <summary>What stands for a value that is not shown.</summary>
    public const string Hidden = "…";

    /// <summary>The options whose values are secrets.</summary>
    public static ImmutableArray<string> Options { get; } = ["--webhook", "--token"];

    /// <summary>The words of a command that is kept: without secret options, and without users in addresses.</summary>
    /// <param name="words">The words as they were typed, an option's value by itself or behind '='.</param>
    public static ImmutableArray<string> Without(IEnumerable<string> words) => Walk(words, static _ => []);

    /// <summary>The words of a command that is shown to its user, with a sign in place of each secret.</summary>
    /// <param name="words">The words as they were typed, an option's value by itself or behind '='.</param>
    public static ImmutableArray<string> Hide(IEnumerable<string> words) => Walk(words, static kept => kept);

    /// <summary>A text without the users and passwords of the addresses in it.</summary>
    /// <param name="text">Any text.</param>
    public static string HideUsers(string text) => UserOfAnAddress().Replace(text, "$1");

    /// <summary>The value of a variable, or what a file holds.</summary>
    /// <param name="variable">The variable's name.</param>
    /// <param name="option">The option that names the file.</param>
    /// <param name="file">The file, which counts first; null for none.</param>
    /// <returns>The value; null where neither is given.</returns>
    /// <exception cref="ExperimentException">The file cannot be read, or is empty.</exception>
    public static string? Read(string variable, string option, string? file)
    {
        if (file is null)
        {
            return Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
        }

        try
        {
            // A secret is a line; a device or a text that was named by mistake is not read to its end.
            using StreamReader reader = new(InputFile.Open(file));
            char[] content = new char[LongestSecret + 1];
            int length = reader.ReadBlock(content);
            string text = new string(content, 0, length).Trim();
            return text.Length > 0 && length <= LongestSecret && !text.Any(char.IsControl)
                ? text
                : throw new ExperimentException(
                    $"{option} must name a file of one line, and '{file}' is none.",
                    $"Write the secret into '{file}'.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ExperimentException(
                $"{option} names '{file}', which cannot be read: {failure.Message}", $"Set {variable} instead.");
        }
    }

    private const int LongestSecret = 4096;

    private static ImmutableArray<string> Walk(IEnumerable<string> words, Func<string[], string[]> replace)
    {
        List<string> result = [];
        string? option = null;
        foreach (string word in words)
        {
            if (option is not null)
            {
                result.AddRange(replace([option, Hidden]));
                option = null;
            }
            else if (Options.Contains(word))
            {
                option = word;
            }
            else if (Options.FirstOrDefault(name => word.StartsWith(name + "=", StringComparison.Ordinal)
                || word.StartsWith(name + ":", StringComparison.Ordinal)) is string joined)
            {
                result.AddRange(replace([$"{joined}={Hidden}"]));
            }
            else
            {
                result.Add(HideUsers(word));
            }
        }

        result.AddRange(option is null ? [] : replace([option]));
        return [.. result];
    }

    [GeneratedRegex(@"(\b[a-z][a-z0-9+.\-]*://)[^\s'""]*@", RegexOptions.IgnoreCase)]
    private static partial Regex UserOfAnAddress();
}
