using System.Text.Json.Nodes;

namespace Backflow.Cli.Delivery;

/// <summary>A verdict as the Workflows of Microsoft Teams take it: a message with one adaptive card.</summary>
/// <remarks>A run of text has no Markdown, as a text block has.</remarks>
internal static class TeamsMessage
{
    // A message has 28 kB at most, and a character up to six bytes.
    private const int LongestHeading = 300;
    private const int LongestText = 2000;
    private const int LongestCommand = 1500;

    /// <summary>The message.</summary>
    /// <param name="message">What is told.</param>
    public static JsonObject Of(VerdictMessage message)
    {
        JsonObject heading = Run(message.Heading, LongestHeading);
        heading["weight"] = "Bolder";
        JsonObject source = Run(message.Source, LongestHeading);
        source["isSubtle"] = true;
        JsonArray body = [Block(heading), Block(Run(message.Meaning, LongestText))];
        if (message.Command is string command)
        {
            bool fits = command.Length <= LongestCommand;
            JsonObject shown = Run(fits ? command : message.WhereCommandIs, LongestCommand);
            shown["fontType"] = fits ? "Monospace" : "Default";
            body.Add((JsonNode)(fits ? Block(Run("Try: ", LongestHeading), shown) : Block(shown)));
        }

        body.Add((JsonNode)Block(source));
        return new JsonObject
        {
            ["type"] = "message",
            ["attachments"] = new JsonArray(new JsonObject
            {
                ["contentType"] = "application/vnd.microsoft.card.adaptive",
                ["contentUrl"] = null,
                ["content"] = new JsonObject
                {
                    ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json",
                    ["type"] = "AdaptiveCard",
                    ["version"] = "1.2",
                    ["body"] = body,
                },
            }),
        };
    }

    private static JsonObject Block(params JsonNode[] runs) =>
        new() { ["type"] = "RichTextBlock", ["inlines"] = new JsonArray(runs) };

    private static JsonObject Run(string text, int most) =>
        new() { ["type"] = "TextRun", ["text"] = VerdictMessage.Cut(text, most) };
}
