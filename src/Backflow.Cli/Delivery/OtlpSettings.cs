using System.Globalization;
using Backflow.Telemetry;
using Backflow.Training;

namespace Backflow.Cli.Delivery;

/// <summary>What --otlp and OpenTelemetry's environment variables ask for.</summary>
/// <remarks>
/// Source: OpenTelemetry specification, "OpenTelemetry Protocol Exporter" and "Environment Variable Specification". An
/// empty variable counts as none. What cannot be done as a variable says is a mistake with the variable's name: an
/// export that silently went elsewhere would be missed only when it is needed.
/// </remarks>
internal sealed class OtlpSettings
{
    /// <summary>The variable that --otlp stands for.</summary>
    public const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>The variable of the time between two exports of metrics.</summary>
    public const string IntervalVariable = "OTEL_METRIC_EXPORT_INTERVAL";

    private const string Protocol = "http/protobuf";
    private const string Example = "http://localhost:4318";

    // Half a minute of runs is common: the usual minute between two exports would show only their end.
    private const int UsualMilliseconds = 5000;

    // In the order of the specification's table: their paths behind the collector's address.
    private static readonly string[] SignalPaths = ["v1/traces", "v1/metrics", "v1/logs"];

    private readonly Func<string, string?> _variables;
    private readonly Uri? _collector;

    private OtlpSettings(string? option, Func<string, string?> variables)
    {
        _variables = name => variables(name)?.Trim() is { Length: > 0 } value ? value : null;
        _collector = option is not null ? Collector("Otlp", option)
            : _variables(EndpointVariable) is string set ? Collector(EndpointVariable, set)
            : null;
        Metrics = Signal("METRICS", SignalPaths[1], option is null);
        Logs = Signal("LOGS", SignalPaths[2], option is null);
        IntervalMilliseconds = Metrics is null ? UsualMilliseconds : Milliseconds(IntervalVariable, "5000");
    }

    /// <summary>Where metrics go; null for nowhere.</summary>
    public OtlpSignal? Metrics { get; }

    /// <summary>Where verdicts and warnings go; null for nowhere.</summary>
    public OtlpSignal? Logs { get; }

    /// <summary>Time between two exports of metrics.</summary>
    public int IntervalMilliseconds { get; }

    /// <summary>The receivers, as a message names them: without users and queries.</summary>
    public string Receivers => string.Join(
        " and ",
        new[] { Metrics, Logs }.OfType<OtlpSignal>()
            .Select(signal => IsBelow(_collector, signal.Endpoint) ? _collector! : signal.Endpoint)
            .Select(static address => Secrets.HideUsers(address.GetLeftPart(UriPartial.Path)))
            .Distinct());

    /// <summary>Whether OpenTelemetry is turned off as a whole.</summary>
    /// <param name="variables">The value of an environment variable; null where it is not set.</param>
    public static bool IsDisabled(Func<string, string?> variables) =>
        string.Equals(variables("OTEL_SDK_DISABLED")?.Trim(), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads option and variables.</summary>
    /// <param name="option">The value of --otlp, which counts before all addresses in variables; null for none.</param>
    /// <param name="variables">The value of an environment variable; null where it is not set.</param>
    /// <returns>The settings; null where nothing is to be exported.</returns>
    /// <exception cref="ExperimentException">Something cannot be done as it is asked.</exception>
    public static OtlpSettings? Read(string? option, Func<string, string?> variables)
    {
        if (IsDisabled(variables))
        {
            return null;
        }

        OtlpSettings settings = new(option, variables);
        return settings.Metrics is null && settings.Logs is null ? null : settings;
    }

    private OtlpSignal? Signal(string name, string path, bool mayHaveItsOwn)
    {
        string ownVariable = $"OTEL_EXPORTER_OTLP_{name}_ENDPOINT";
        Uri? endpoint = mayHaveItsOwn && _variables(ownVariable) is string own ? Address(ownVariable, own)
            : _collector is not null ? Below(_collector, path)
            : null;
        if (endpoint is null || !IsExported($"OTEL_{name}_EXPORTER"))
        {
            return null;
        }

        string protocol = Nearest(name, "PROTOCOL");
        if (_variables(protocol) is string other && !other.Equals(Protocol, StringComparison.OrdinalIgnoreCase))
        {
            throw new ExperimentException(
                $"{protocol} is '{other}', and only {Protocol} is supported.", $"Set {protocol} to {Protocol}.");
        }

        return new OtlpSignal(endpoint, Headers(Nearest(name, "HEADERS")), Milliseconds(Nearest(name, "TIMEOUT"), "0"));
    }

    private bool IsExported(string variable)
    {
        string[] exporters = (_variables(variable) ?? "otlp").Split(
            ',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        string? unknown = exporters.FirstOrDefault(static one =>
            !one.Equals("otlp", StringComparison.OrdinalIgnoreCase)
            && !one.Equals("none", StringComparison.OrdinalIgnoreCase));
        return unknown is null
            ? exporters.Contains("otlp", StringComparer.OrdinalIgnoreCase)
            : throw new ExperimentException(
                $"{variable} names '{unknown}', and only otlp and none are supported.", $"Set {variable} to otlp.");
    }

    // A signal's own variable counts before the one for all signals.
    private string Nearest(string signal, string suffix)
    {
        string own = $"OTEL_EXPORTER_OTLP_{signal}_{suffix}";
        return _variables(own) is null ? $"OTEL_EXPORTER_OTLP_{suffix}" : own;
    }

    // 0 asks for no limit. An interval of 0 would never rest.
    private int Milliseconds(string variable, string example) =>
        _variables(variable) is not string text ? UsualMilliseconds
        : !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            || (value == 0 && variable == IntervalVariable)
            ? throw new ExperimentException(
                $"{variable} must be a number of milliseconds, got '{text}'.",
                $"Set {variable} to {(example == "0" ? "10000" : example)}.")
        : value == 0 ? int.MaxValue
        : value;

    // Pairs name=value between commas, percent-encoded: decoded after they are split, so that a value may have a comma.
    // None of it is shown: such a value opens the collector.
    private KeyValuePair<string, string>[] Headers(string variable) =>
    [
        .. (_variables(variable) ?? string.Empty)
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(static pair => pair.Split('=', 2))
            .Select(pair => pair.Length == 2 && Decoded(pair[0]) is string name && Decoded(pair[1]) is string value
                && name.Length > 0 && name.All(IsOfAName) && !value.Any(char.IsControl)
                ? KeyValuePair.Create(name, value)
                : throw new ExperimentException(
                    $"{variable} must hold pairs of a header's name and its percent-encoded value, between commas.",
                    $"Set {variable} to such as authorization=Bearer%20….")),
    ];

    private static string Decoded(string text) => Uri.UnescapeDataString(text.Trim());

    // A token of RFC 9110, section 5.6.2.
    private static bool IsOfAName(char c) =>
        char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal);

    private static Uri Collector(string name, string text)
    {
        Uri address = Address(name, text);
        string path = address.AbsolutePath.TrimEnd('/');
        if (Array.Find(SignalPaths, signal => path.EndsWith('/' + signal, StringComparison.OrdinalIgnoreCase))
            is not string found)
        {
            return address;
        }

        string right = Secrets.HideUsers(
            new Uri(address, path[..^(found.Length + 1)] + "/").GetLeftPart(UriPartial.Path).TrimEnd('/'));
        return name == EndpointVariable
            ? throw new ExperimentException(
                $"{name} must be the collector's address without {found}: the path of each signal is put behind it.",
                $"Set {name} to {right}.")
            : throw new ExperimentException(
                $"{name:setting} must be the collector's address without {found}: the path of each signal is put "
                    + $"behind it.",
                new Setting(name, right));
    }

    private static Uri Address(string name, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? address)
        && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
            ? address
            : name == "Otlp"
                ? throw new ExperimentException(
                    $"{name:setting} must be an absolute http or https address, got '{Secrets.HideUsers(text)}'.",
                    new Setting(name, Example))
                : throw new ExperimentException(
                    $"{name} must be an absolute http or https address, got '{Secrets.HideUsers(text)}'.",
                    $"Set {name} to {Example}.");

    private static Uri Below(Uri collector, string path) =>
        new UriBuilder(collector) { Path = $"{collector.AbsolutePath.TrimEnd('/')}/{path}" }.Uri;

    private static bool IsBelow(Uri? collector, Uri endpoint) =>
        collector is not null && SignalPaths.Any(path => Below(collector, path) == endpoint);
}
