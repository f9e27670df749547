using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Backflow.Cli.Delivery;
using Xunit;

namespace Backflow.Cli.Tests.Delivery;

/// <summary>What Slack, Discord and Teams are sent, against the shapes and limits that they document.</summary>
public sealed class WebhookFormatTests
{
    private static readonly VerdictMessage Usual = new(
        "warning",
        "vanishing-over-time at step 40, layer 0",
        "It *vanishes* & <!channel> @everyone _is_ called.",
        "backflow train --name 'a_b'",
        "lab",
        "rnn-0001",
        40,
        new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    // Signs of markup, characters of two units and of three bytes, where they are cut.
    private static readonly VerdictMessage Long = Usual with
    {
        Title = string.Concat(Enumerable.Repeat("🙂*<", 500)),
        Meaning = string.Concat(Enumerable.Repeat("*語🙂\\\"", 5000)),
        Command = "backflow train --name " + new string('語', 5000),
        Project = new string('語', 255),
        Run = "rnn-0002",
    };

    [Fact]
    public void Slack_AVerdict_IsBlocksOfPlainText()
    {
        JsonNode message = Shape("slack", Usual);
        Assert.Equal("warning: vanishing-over-time at step 40, layer 0", (string?)message["text"]);
        JsonArray blocks = message["blocks"]!.AsArray();
        Assert.Equal(["header", "section", "section", "context"], blocks.Select(static one => (string?)one!["type"]));
        Assert.Equal(Usual.Meaning, (string?)blocks[1]!["text"]!["text"]);
        Assert.Equal("Try: backflow train --name 'a_b'", (string?)blocks[2]!["text"]!["text"]);
        Assert.All(Texts(blocks), static text => Assert.Equal("plain_text", (string?)text["type"]));
        Assert.Equal("lab · rnn-0001", (string?)blocks[3]!["elements"]![0]!["text"]);

        JsonNode called = Shape("slack", Usual with { Title = "<!channel> &" });
        Assert.Equal("warning: &lt;!channel&gt; &amp;", (string?)called["text"]);
    }

    [Fact]
    public void Slack_LongTexts_AreCutToItsLimits()
    {
        JsonArray blocks = Shape("slack", Long)["blocks"]!.AsArray();
        Assert.Equal(150, ((string)blocks[0]!["text"]!["text"]!).Length, 1d);
        Assert.Equal(3000, ((string)blocks[1]!["text"]!["text"]!).Length, 1d);
        Assert.Equal(
            "What to try is printed by: backflow runs show rnn-0002", (string?)blocks[2]!["text"]!["text"]);
    }

    [Fact]
    public void Discord_AVerdict_IsTextWithoutMentionsAndMarkupOfItsOwn()
    {
        JsonNode message = Shape("discord", Usual);
        Assert.Equal(
            """
            **warning\: vanishing\-over\-time at step 40, layer 0**
            It \*vanishes\* & \<!channel\> \@everyone \_is\_ called.
            Try:
            ```
            backflow train --name 'a_b'
            ```
            lab · rnn\-0001
            """.ReplaceLineEndings("\n"),
            (string?)message["content"]);
        Assert.Empty(message["allowed_mentions"]!["parse"]!.AsArray());
    }

    [Fact]
    public void Discord_LongTexts_AreCutToItsLimit()
    {
        string content = (string)Shape("discord", Long)["content"]!;
        Assert.InRange(content.Length, 1900, 2000);
        Assert.Contains("runs show rnn\\-0002", content, StringComparison.Ordinal);
        Assert.Contains("…**\n", content, StringComparison.Ordinal);

        // A command that would end its own block of code is not put into one.
        string fenced = (string)Shape("discord", Usual with { Command = "backflow train --name '```'" })["content"]!;
        Assert.DoesNotContain("```", fenced, StringComparison.Ordinal);
    }

    [Fact]
    public void Teams_AVerdict_IsAMessageWithOneCardWithoutMarkdown()
    {
        JsonNode message = Shape("teams", Usual);
        Assert.Equal("message", (string?)message["type"]);
        JsonNode attachment = Assert.Single(message["attachments"]!.AsArray())!;
        Assert.Equal("application/vnd.microsoft.card.adaptive", (string?)attachment["contentType"]);
        JsonNode card = attachment["content"]!;
        Assert.Equal(("AdaptiveCard", "1.2"), ((string?)card["type"], (string?)card["version"]));
        Assert.All(card["body"]!.AsArray(), static block => Assert.Equal("RichTextBlock", (string?)block!["type"]));
        Assert.Equal(
            [
                "warning: vanishing-over-time at step 40, layer 0", Usual.Meaning, "Try: ",
                "backflow train --name 'a_b'", "lab · rnn-0001",
            ],
            card["body"]!.AsArray().SelectMany(static block => block!["inlines"]!.AsArray())
                .Select(static run => (string?)run!["text"]));
    }

    [Fact]
    public void Teams_LongTexts_StayBelow28Kilobytes()
    {
        string body = WebhookFormat.Named("teams").Shape(Long).ToJsonString();
        Assert.InRange(Encoding.UTF8.GetByteCount(body), 12_000, 28_000);
        Assert.Contains("runs show rnn-0002", body, StringComparison.Ordinal);
    }

    [Fact]
    public void Shapes_WithoutACommand_SayNothingOfIt()
    {
        foreach (WebhookFormat format in WebhookFormat.All)
        {
            string body = format.Shape(Usual with { Command = null }).ToJsonString();
            Assert.DoesNotContain("Try", body, StringComparison.Ordinal);
            Assert.Contains("rnn", body, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("abc", 3, "abc")]
    [InlineData("abcd", 3, "ab…")]
    [InlineData("a🙂cd", 3, "a…")]
    [InlineData("a🙂cd", 4, "a🙂…")]
    public void Cut_AText_LeavesNoHalfCharacter(string text, int most, string cut) =>
        Assert.Equal(cut, VerdictMessage.Cut(text, most));

    [Fact]
    public void Train_WithAFormat_PostsThatShape()
    {
        using TemporaryFolder folder = new();
        using HttpReceiver receiver = new(HttpStatusCode.OK);
        ProcessResult result = BackflowProcess.Run(
            folder.Path,
            "train", "--task", "adding", "--length", "30", "--cell", "rnn-sigmoid", "--hidden", "16", "--steps", "60",
            "--threads", "1", "--webhook", receiver.Address.ToString(), "--webhook-format", "discord");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.NotEmpty(receiver.Requests);
        Assert.All(
            receiver.Requests,
            static request => Assert.Contains(
                "backflow train --task adding",
                (string)JsonNode.Parse(request.Text)!["content"]!,
                StringComparison.Ordinal));
    }

    private static JsonNode Shape(string format, VerdictMessage message) =>
        JsonNode.Parse(WebhookFormat.Named(format).Shape(message).ToJsonString())!;

    private static IEnumerable<JsonNode> Texts(JsonArray blocks) => blocks.SelectMany(static block =>
        block!["text"] is JsonNode text ? [text] : block["elements"]!.AsArray().Select(static one => one!));
}
