using System.Text.Json;
using Backflow.Training;
using Backflow.Training.Metering;

namespace Backflow.Cli.Delivery;

/// <summary>A verdict's fields as attributes of a log record.</summary>
internal static class VerdictAttributes
{
    /// <summary>The field of the event's payload, and the attribute that carries it.</summary>
    public static (string Field, string Attribute)[] Fields { get; } =
    [
        ("verdict", TrainingMeter.RuleAttribute),
        ("severity", TrainingMeter.SeverityAttribute),
        ("step", "backflow.step"),
        ("layer", TrainingMeter.LayerAttribute),
        ("gate", "backflow.gate"),
        ("timestep", "backflow.timestep"),
        ("metric", "backflow.verdict.metric"),
        ("value", "backflow.verdict.value"),
        ("threshold", "backflow.verdict.threshold"),
    ];

    /// <summary>The attribute of the command that tries the first remedy.</summary>
    public const string RemedyAttribute = "backflow.verdict.remedy";

    /// <summary>All attributes that a verdict has a value for.</summary>
    public static List<KeyValuePair<string, object?>> Of(string runId, VerdictReport verdict)
    {
        using JsonDocument payload = JsonDocument.Parse(verdict.PayloadJson);
        List<KeyValuePair<string, object?>> attributes = [new(TrainingMeter.RunAttribute, runId)];
        foreach ((string field, string attribute) in Fields)
        {
            if (payload.RootElement.TryGetProperty(field, out JsonElement value)
                && value.ValueKind != JsonValueKind.Null)
            {
                attributes.Add(new(attribute, ValueOf(field, value)));
            }
        }

        if (verdict.RemedyCommand is string command)
        {
            attributes.Add(new(RemedyAttribute, command));
        }

        return attributes;
    }

    // A number that is not finite is a string in JSON, and stays one. Steps and places are whole numbers, what was
    // measured is never one: a receiver's column has one type.
    private static object? ValueOf(string field, JsonElement value) =>
        value.ValueKind != JsonValueKind.Number ? value.GetString()
        : field is "value" or "threshold" ? value.GetDouble()
        : (object)value.GetInt64();
}
