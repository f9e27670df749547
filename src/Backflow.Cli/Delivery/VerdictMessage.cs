namespace Backflow.Cli.Delivery;

/// <summary>What a webhook's receiver is told about a verdict, before it takes the shape of a service.</summary>
/// <param name="Level">The severity's name, such as warning.</param>
/// <param name="Title">The rule and the place.</param>
/// <param name="Meaning">What was found, in sentences.</param>
/// <param name="Command">The command that tries the first remedy; null for none.</param>
/// <param name="Project">The name of the store's file.</param>
/// <param name="Run">The run's id.</param>
/// <param name="Step">The verdict's step.</param>
/// <param name="Timestamp">When it is told.</param>
internal sealed record VerdictMessage(
    string Level,
    string Title,
    string Meaning,
    string? Command,
    string Project,
    string Run,
    long Step,
    DateTimeOffset Timestamp)
{
    private const string Ellipsis = "…";

    /// <summary>The title with its level, for a person.</summary>
    public string Heading => $"{Level}: {Title}";

    /// <summary>Where the verdict is from, for a person.</summary>
    public string Source => $"{Project} · {Run}";

    /// <summary>Where the command is printed when a message has no room for it: half a command is none.</summary>
    public string WhereCommandIs => $"What to try is printed by: {CommandName.Of("runs", "show", Run)}";

    /// <summary>A text that fits.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="most">The most UTF-16 units, at least one.</param>
    /// <returns>The text, or its beginning and an ellipsis; no surrogate stands alone.</returns>
    public static string Cut(string text, int most)
    {
        if (text.Length <= most)
        {
            return text;
        }

        int end = most - Ellipsis.Length;
        return text[..(end > 0 && char.IsHighSurrogate(text[end - 1]) ? end - 1 : end)] + Ellipsis;
    }
}
