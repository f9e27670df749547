using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Backflow.Runs;
using Backflow.Runs.Columns;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Backflow.Dashboard.Api;

/// <summary>Reads the values of a request, each within its bounds.</summary>
internal static partial class QueryValues
{
    private const int LongestId = 63;
    private const int LongestName = 128;
    private const int MostMetrics = 64;

    /// <summary>The run's id of the path: nothing else can be one, and no file is ever named by it here.</summary>
    public static string RunId(this HttpContext context)
    {
        string id = context.Request.RouteValues["id"] as string ?? string.Empty;
        return IdPattern().IsMatch(id)
            ? id
            : throw new ApiException(
                StatusCodes.Status404NotFound, "There is no such run.", "See all runs on the page of runs.");
    }

    /// <summary>The run's id of the path, and where none can be one, a sentence with the runs that are near.</summary>
    public static string RunId(this HttpContext context, RunStore store)
    {
        string id = context.Request.RouteValues["id"] as string ?? string.Empty;
        if (!IdPattern().IsMatch(id))
        {
            // No longer than an id: the comparison with every run takes time in proportion.
            _ = store.GetRun(id[..Math.Min(id.Length, LongestId)]);
        }

        return context.RunId();
    }

    /// <summary>The only value of a name; null where it is not given.</summary>
    public static string? Text(this HttpContext context, string name)
    {
        StringValues values = context.Request.Query[name];
        return values.Count == 0 ? null
            : values.Count == 1 && values[0] is { Length: <= LongestName } value ? value
            : throw ApiException.Wrong(name, $"given once, with at most {LongestName} characters", "…");
    }

    /// <summary>The name of a metric.</summary>
    public static string Metric(this HttpContext context) =>
        context.Text("metric") is { Length: > 0 } metric ? metric : throw WrongMetric();

    /// <summary>One to 64 names of metrics.</summary>
    public static ImmutableArray<string> Metrics(this HttpContext context)
    {
        StringValues values = context.Request.Query["metric"];
        return values.Count is > 0 and <= MostMetrics
            && values.All(static value => value is { Length: > 0 and <= LongestName })
            ? [.. values.Distinct()!]
            : throw WrongMetric();
    }

    /// <summary>A whole number.</summary>
    public static long Number(this HttpContext context, string name, long otherwise, long least, long greatest)
    {
        string? text = context.Text(name);
        return text is null ? otherwise
            : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
                && value >= least && value <= greatest ? value
            : throw ApiException.Wrong(
                name,
                string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {greatest}"),
                otherwise.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>A whole number from 0; null where it is not given.</summary>
    public static long? OptionalNumber(this HttpContext context, string name, long greatest) =>
        context.Text(name) is null ? null : context.Number(name, 0, 0, greatest);

    /// <summary>A number, whose range the explorer checks.</summary>
    public static double Real(this HttpContext context, string name, double otherwise)
    {
        string? text = context.Text(name);
        return text is null ? otherwise
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value
            : throw ApiException.Wrong(name, "a number", otherwise.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The layer, 0 unless given.</summary>
    public static int Layer(this HttpContext context) => (int)context.Number("layer", 0, 0, 1023);

    /// <summary>The steps between from and to, both included; all unless given.</summary>
    public static StepRange Range(this HttpContext context) => new(
        context.Number("from", 0, 0, long.MaxValue), context.Number("to", long.MaxValue, 0, long.MaxValue));

    private static ApiException WrongMetric() => ApiException.Wrong(
        "metric",
        $"the name of a metric, at most {LongestName} characters, and up to {MostMetrics} of them",
        "training-loss");

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,62}$", RegexOptions.CultureInvariant)]
    private static partial Regex IdPattern();
}
