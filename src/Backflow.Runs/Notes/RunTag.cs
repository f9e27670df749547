using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Backflow.Runs.Manifest;

namespace Backflow.Runs.Notes;

/// <summary>Which texts can be tags of a run, and how the store spells them.</summary>
internal static class RunTag
{
    private const int Longest = 64;

    public static bool IsTag(string text) =>
        text.Length is > 0 and <= Longest && VisibleText.IsVisible(text) && !text.Any(char.IsWhiteSpace);

    /// <summary>Throws unless a run may have the tags.</summary>
    public static void Require(IReadOnlyCollection<string> tags)
    {
        if (tags.FirstOrDefault(static tag => !IsTag(tag)) is string wrong)
        {
            throw new RunStoreException(
                $"'{VisibleText.Of(wrong)}' cannot be a tag; allowed are 1 to {Longest} visible characters without "
                + "spaces.");
        }

        if (tags.Count > RunNotes.MostTags)
        {
            throw new RunStoreException(
                $"A run has at most {RunNotes.MostTags} tags, and these would be {tags.Count}; take some off first.");
        }
    }

    /// <summary>Each tag once, in the order of the alphabet.</summary>
    public static ImmutableArray<string> InOrder(IEnumerable<string> tags) =>
        [.. tags.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    public static string ToColumn(ImmutableArray<string> tags) =>
        JsonSerializer.Serialize(tags, TagJson.Default.ImmutableArrayString);

    // What another program left there may be anything; the run is listed all the same.
    public static ImmutableArray<string> FromColumn(string text)
    {
        try
        {
            string?[]? tags = JsonSerializer.Deserialize(text, TagJson.Default.StringArray);
            return tags is null ? [] : [.. tags.OfType<string>()];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}

/// <summary>How tags are written, without reflection: every list of runs reads them.</summary>
[JsonSerializable(typeof(ImmutableArray<string>))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class TagJson : JsonSerializerContext;
