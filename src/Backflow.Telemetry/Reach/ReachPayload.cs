using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Backflow.Telemetry;

/// <summary>The two curves at the end of a run as the JSON that its event carries.</summary>
/// <remarks>
/// {"unit", "rule", "loss", "context", "contextLimit", "curve": [[lag, rise, standard error]], "reach", "reachLimit",
/// "growth", "profile": [norm at lag 0, 1, …]}. Members of what was not measured are missing; numbers that are not
/// finite are null.
/// </remarks>
public static class ReachPayload
{
    /// <summary>The title of the event.</summary>
    public const string EventTitle = "Effective context";

    /// <summary>Writes the two measurements of one step.</summary>
    /// <param name="context">Null where it was not measured.</param>
    /// <param name="reach">Null where it was not measured.</param>
    /// <param name="unit">What a lag counts, in the plural.</param>
    /// <returns>One line of JSON.</returns>
    public static string ToJson(EffectiveContext? context, ReachMeasurement? reach, string unit)
    {
        ArrayBufferWriter<byte> buffer = new();
        using Utf8JsonWriter json = new(buffer);
        json.WriteStartObject();
        json.WriteString("unit", unit);
        if (context is not null)
        {
            json.WriteString("rule", context.Rule);
            Write(json, "loss", context.Loss);
            json.WriteNumber("context", context.Lags);
            json.WriteNumber("contextLimit", context.Limit);
            json.WriteStartArray("curve");
            foreach (ContextPoint point in context.Curve)
            {
                json.WriteStartArray();
                json.WriteNumberValue(point.Lag);
                Write(json, null, point.LossRise);
                Write(json, null, point.StandardError);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        if (reach is not null)
        {
            Write(json, "reach", ReachText.Timesteps(reach) ?? double.NaN);
            json.WriteNumber("reachLimit", reach.Longest);
            Write(json, "growth", reach.Growth ?? double.NaN);
            json.WriteStartArray("profile");
            foreach (double norm in reach.Profile)
            {
                Write(json, null, norm);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    // Six digits are more than a picture shows.
    private static void Write(Utf8JsonWriter json, string? name, double value)
    {
        if (name is not null)
        {
            json.WritePropertyName(name);
        }

        if (float.IsFinite((float)value))
        {
            json.WriteNumberValue((float)value);
        }
        else
        {
            json.WriteNullValue();
        }
    }
}
