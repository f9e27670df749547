using System.Text.Json;
using System.Text.Json.Nodes;
using Backflow.Telemetry;

namespace Backflow.Training.Verdicts;

/// <summary>The remedies of verdicts that runs have recorded, with the commands of the program that shows
/// them.</summary>
/// <remarks>
/// A run that was trained without a command line has settings and no commands; runs of before there were settings have
/// commands alone.
/// </remarks>
public static class RecordedRemedies
{
    private const string Remedies = "remedies";
    private const string Command = "command";

    /// <summary>The payload of a verdict's event with a command for every remedy that can have one.</summary>
    /// <param name="payload">The payload, as the event keeps it.</param>
    /// <param name="configuration">The run's configuration, as its manifest keeps it.</param>
    /// <param name="commands">Who writes commands.</param>
    /// <returns>The payload; as it was where it is no verdict's.</returns>
    public static string WithCommands(string payload, string configuration, ICommandWriter commands)
    {
        if (Parse(payload) is not JsonObject verdict)
        {
            return payload;
        }

        foreach (JsonObject remedy in RemediesOf(verdict))
        {
            if (CommandOf(remedy, configuration, commands) is string command)
            {
                remedy[Command] = command;
            }
        }

        return verdict.ToJsonString();
    }

    /// <summary>The first remedy of a verdict in words, where no command of this program tries it.</summary>
    /// <param name="payload">The payload, as the event keeps it.</param>
    /// <returns>The words; null where there are none.</returns>
    public static string? FirstText(string payload) =>
        Parse(payload) is JsonObject verdict && RemediesOf(verdict).FirstOrDefault() is JsonObject remedy
            && remedy["text"] is JsonValue text && text.TryGetValue(out string? words)
            ? words
            : null;

    /// <summary>The command that tries the first remedy of a verdict.</summary>
    /// <param name="payload">The payload, as the event keeps it.</param>
    /// <param name="configuration">The run's configuration, as its manifest keeps it.</param>
    /// <param name="commands">Who writes commands.</param>
    /// <returns>The command; null where there is no remedy.</returns>
    public static string? FirstCommand(string payload, string configuration, ICommandWriter commands) =>
        Parse(payload) is JsonObject verdict && RemediesOf(verdict).FirstOrDefault() is JsonObject remedy
            ? CommandOf(remedy, configuration, commands)
            : null;

    private static IEnumerable<JsonObject> RemediesOf(JsonObject verdict) =>
        verdict[Remedies] is JsonArray remedies ? remedies.OfType<JsonObject>() : [];

    private static string? CommandOf(JsonObject remedy, string configuration, ICommandWriter commands)
    {
        if (remedy[Command] is JsonValue recorded && recorded.TryGetValue(out string? command))
        {
            return commands.Complete(command);
        }

        try
        {
            return remedy["settings"] is JsonObject { Count: > 0 } settings
                ? commands.Train(TrainingOptions.With(
                    TrainingConfiguration.FromJson(configuration),
                    [.. settings.Select(static setting =>
                        new Setting(setting.Key, setting.Value?.ToString() ?? string.Empty))]))
                : null;
        }
        catch (ExperimentException)
        {
            // A newer version has settings that this one does not know: the sentence alone is shown.
            return null;
        }
    }

    // What a run's writer left there may be anything.
    private static JsonNode? Parse(string payload)
    {
        try
        {
            return JsonNode.Parse(payload);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
