using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Backflow.Cli.Delivery;

/// <summary>A shape of a webhook's post: our own fields, or the message of a chat service.</summary>
/// <param name="Name">What --webhook-format calls it.</param>
/// <param name="Shape">Makes the JSON of a message.</param>
internal sealed record WebhookFormat(string Name, Func<VerdictMessage, JsonObject> Shape)
{
    /// <summary>All shapes; the first is the default.</summary>
    public static ImmutableArray<WebhookFormat> All { get; } =
    [
        new("json", Fields),
        new("slack", SlackMessage.Of),
        new("discord", DiscordMessage.Of),
        new("teams", TeamsMessage.Of),
    ];

    /// <summary>The shape of a name.</summary>
    /// <param name="name">One of the names of <see cref="All"/>.</param>
    public static WebhookFormat Named(string name) => All.First(format => format.Name == name);

    private static JsonObject Fields(VerdictMessage message) => new()
    {
        ["level"] = message.Level,
        ["title"] = message.Title,
        ["text"] = message.Command is null ? message.Meaning : $"{message.Meaning} Try: {message.Command}",
        ["project"] = message.Project,
        ["run"] = message.Run,
        ["step"] = message.Step,
        ["timestamp"] = message.Timestamp,
    };
}
