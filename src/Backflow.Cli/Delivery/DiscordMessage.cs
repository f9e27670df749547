using System.Text;
using System.Text.Json.Nodes;

namespace Backflow.Cli.Delivery;

/// <summary>A verdict as Discord's webhooks take it: one text, the command in a block of code.</summary>
/// <remarks>The text is Markdown, so its signs are escaped; no mention in it calls anyone.</remarks>
internal static class DiscordMessage
{
    // Discord refuses the whole message where it is longer.
    private const int LongestContent = 2000;

    private const string Fence = "```";
    private const string Signs = "\\*_~`|>#[]()<@:-";

    /// <summary>The message.</summary>
    /// <param name="message">What is told.</param>
    public static JsonObject Of(VerdictMessage message)
    {
        string head = $"**{Escape(message.Heading, LongestContent / 8)}**\n";
        string foot = $"\n{Escape(message.Source, LongestContent / 8)}";
        string command = message.Command is null ? string.Empty
            : message.Command.Length > LongestContent / 2
                || message.Command.Contains(Fence, StringComparison.Ordinal)
                ? $"\n{Escape(message.WhereCommandIs, LongestContent / 8)}"
            : $"\nTry:\n{Fence}\n{message.Command}\n{Fence}";
        int left = LongestContent - head.Length - foot.Length - command.Length;
        return new JsonObject
        {
            ["content"] = head + Escape(message.Meaning, left) + command + foot,
            ["allowed_mentions"] = new JsonObject { ["parse"] = new JsonArray() },
        };
    }

    // Cut after escaping, and never between a backslash and its sign.
    private static string Escape(string text, int most)
    {
        StringBuilder escaped = new();
        foreach (Rune rune in text.EnumerateRunes())
        {
            string one = rune.IsAscii && Signs.Contains((char)rune.Value, StringComparison.Ordinal)
                ? $"\\{rune}" : rune.ToString();
            if (escaped.Length + one.Length >= most)
            {
                return escaped.Append('…').ToString();
            }

            escaped.Append(one);
        }

        return escaped.ToString();
    }
}
