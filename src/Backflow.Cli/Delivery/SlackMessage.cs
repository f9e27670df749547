using System.Text.Json.Nodes;

namespace Backflow.Cli.Delivery;

/// <summary>A verdict as Slack's incoming webhooks take it: blocks of plain text.</summary>
/// <remarks>
/// Plain text has neither mentions nor markup, so that a name such as &lt;!channel&gt; stays a name. Only the text of
/// notifications is markup, in which three characters are escaped.
/// </remarks>
internal static class SlackMessage
{
    // Slack refuses the whole message where a block is longer.
    private const int LongestHeader = 150;
    private const int LongestSection = 3000;

    /// <summary>The message.</summary>
    /// <param name="message">What is told.</param>
    public static JsonObject Of(VerdictMessage message)
    {
        JsonArray blocks =
        [
            Block("header", Plain(message.Heading, LongestHeader)),
            Block("section", Plain(message.Meaning, LongestSection)),
        ];
        if (message.Command is string command)
        {
            string line = $"Try: {command}";
            blocks.Add((JsonNode)Block(
                "section", Plain(line.Length > LongestSection ? message.WhereCommandIs : line, LongestSection)));
        }

        blocks.Add((JsonNode)new JsonObject
        {
            ["type"] = "context",
            ["elements"] = new JsonArray(Plain(message.Source, LongestHeader)),
        });
        return new JsonObject
        {
            ["text"] = VerdictMessage.Cut(message.Heading, LongestSection)
                .Replace("&", "&amp;", StringComparison.Ordinal)
                .Replace("<", "&lt;", StringComparison.Ordinal)
                .Replace(">", "&gt;", StringComparison.Ordinal),
            ["blocks"] = blocks,
        };
    }

    private static JsonObject Block(string type, JsonObject text) => new() { ["type"] = type, ["text"] = text };

    private static JsonObject Plain(string text, int most) => new()
    {
        ["type"] = "plain_text",
        ["text"] = VerdictMessage.Cut(text, most),
        ["emoji"] = false,
    };
}
