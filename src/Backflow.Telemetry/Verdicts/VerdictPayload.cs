using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Backflow.Telemetry;

/// <summary>A verdict as the JSON that a run's event carries.</summary>
/// <remarks>
/// {"verdict", "severity", "step", "layer", "gate", "timestep", "metric", "value", "threshold", "evidence": {name:
/// number}, "meaning", "remedies": [{"text", "settings": {property: value}, "command"}]}. A command is there where the
/// run was given a writer of commands. Numbers that are not finite are the strings "NaN", "Infinity" and "-Infinity".
/// </remarks>
public static class VerdictPayload
{
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes a verdict.</summary>
    /// <param name="verdict">What a rule found.</param>
    /// <param name="commandOf">Writes the command that tries a remedy; null for a payload without commands.</param>
    /// <returns>One line of JSON.</returns>
    public static string ToJson(Verdict verdict, Func<Remedy, string?>? commandOf = null)
    {
        ArrayBufferWriter<byte> buffer = new();
        using Utf8JsonWriter json = new(buffer, Options);
        json.WriteStartObject();
        json.WriteString("verdict", verdict.Rule);
        json.WriteString("severity", NameOf(verdict.Severity));
        json.WriteNumber("step", verdict.Step);
        WriteOptional(json, "layer", verdict.Layer);
        json.WriteString("gate", verdict.Gate);
        WriteOptional(json, "timestep", verdict.Timestep);
        json.WriteString("metric", verdict.Metric);
        WriteNumber(json, "value", verdict.Value);
        WriteNumber(json, "threshold", verdict.Threshold);
        json.WriteStartObject("evidence");
        foreach (Evidence evidence in verdict.Evidence)
        {
            WriteNumber(json, evidence.Name, evidence.Value);
        }

        json.WriteEndObject();
        json.WriteString("meaning", verdict.Meaning);
        json.WriteStartArray("remedies");
        foreach (Remedy remedy in verdict.Remedies)
        {
            json.WriteStartObject();
            json.WriteString("text", remedy.Text);
            WriteSettings(json, remedy.Settings);
            if (commandOf?.Invoke(remedy) is string command)
            {
                json.WriteString("command", command);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>A severity as JSON and docs spell it.</summary>
    /// <param name="severity">How much a verdict matters.</param>
    /// <returns>information, warning or error.</returns>
    public static string NameOf(VerdictSeverity severity) => severity switch
    {
        VerdictSeverity.Error => "error",
        VerdictSeverity.Warning => "warning",
        _ => "information",
    };

    private static void WriteSettings(Utf8JsonWriter json, ImmutableArray<Setting> settings)
    {
        json.WriteStartObject("settings");
        foreach (Setting setting in settings)
        {
            json.WriteString(setting.Property, setting.Value);
        }

        json.WriteEndObject();
    }

    private static void WriteOptional(Utf8JsonWriter json, string name, int? value)
    {
        if (value is int number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteString(name, double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
        }
    }
}
