using System.Globalization;
using Backflow.Telemetry;
using Backflow.Training;
using Backflow.Training.Metering;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Backflow.Cli.Delivery;

/// <summary>Exports the meter and the verdicts to an OTLP endpoint, from OpenTelemetry's own threads.</summary>
/// <remarks>
/// OpenTelemetry's environment variables count, see docs/telemetry-export.md; an endpoint given here stands for
/// OTEL_EXPORTER_OTLP_ENDPOINT. Verdicts are log records with an event name.
/// </remarks>
internal sealed class OtlpExport : IVerdictDelivery
{
    /// <summary>The event name of a verdict.</summary>
    public const string VerdictEvent = "backflow.verdict";

    /// <summary>The event name of a warning, such as a rollback.</summary>
    public const string WarningEvent = "backflow.warning";

    private const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    // Half a minute of runs is common: the usual minute between two exports would show only their end.
    private static readonly Dictionary<string, string?> Defaults = new()
    {
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_EXPORTER_OTLP_TIMEOUT"] = "5000",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "5000",
        ["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"] = "in_memory",
    };

    private readonly OpenTelemetrySdk _sdk;
    private readonly ILogger _logger;
    private readonly PostCount _posts = new();
    private readonly string _endpoint;

    /// <summary>Begins to export.</summary>
    /// <param name="endpoint">The collector's address, without a signal's path.</param>
    /// <param name="project">What the receiver is told as the project.</param>
    public OtlpExport(Uri endpoint, string project)
    {
        _endpoint = Secrets.HideUsers(endpoint.GetLeftPart(UriPartial.Path));
        IConfiguration settings = new ConfigurationBuilder()
            .AddInMemoryCollection(Defaults)
            .AddEnvironmentVariables()
            .AddInMemoryCollection([new(EndpointVariable, endpoint.ToString())])
            .Build();
        _sdk = OpenTelemetrySdk.Create(builder =>
        {
            builder.Services.AddSingleton(settings);
            builder
                .ConfigureResource(resource => resource.Clear()
                    .AddService("backflow", serviceVersion: MachineDescription.ProductVersion)
                    .AddAttributes([new("backflow.project", project)])
                    .AddTelemetrySdk()
                    .AddEnvironmentVariableDetector())
                .WithMetrics(metrics => metrics.AddMeter(TrainingMeter.Name).AddOtlpExporter((exporter, reader) =>
                {
                    exporter.HttpClientFactory = () => _posts.CreateClient(exporter.TimeoutMilliseconds);
                    reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = Interval(settings);
                }))
                .WithLogging(
                    logging => logging.AddOtlpExporter(exporter =>
                        exporter.HttpClientFactory = () => _posts.CreateClient(exporter.TimeoutMilliseconds)),
                    static options => options.IncludeFormattedMessage = true);
        });
        _logger = _sdk.GetLoggerFactory().CreateLogger(TrainingMeter.Name);
    }

    /// <summary>The endpoint that OpenTelemetry's environment variables name; null where they name none.</summary>
    public static string? EndpointOfEnvironment =>
        Environment.GetEnvironmentVariable(EndpointVariable) is { Length: > 0 } endpoint ? endpoint : null;

    /// <inheritdoc/>
    public void Post(string runId, VerdictReport verdict) => Log(
        verdict.Level switch
        {
            VerdictSeverity.Error => LogLevel.Error,
            VerdictSeverity.Warning => LogLevel.Warning,
            _ => LogLevel.Information,
        },
        VerdictEvent,
        VerdictAttributes.Of(runId, verdict),
        verdict.Meaning);

    /// <inheritdoc/>
    public void Warn(string runId, string message) =>
        Log(LogLevel.Warning, WarningEvent, [new(TrainingMeter.RunAttribute, runId)], message);

    /// <inheritdoc/>
    public string? Finish(TimeSpan patience)
    {
        int most = (int)patience.TotalMilliseconds;
        Parallel.Invoke(
            () => _sdk.MeterProvider.Shutdown(most),
            () => _sdk.LoggerProvider.Shutdown(most));
        return _posts.Failures == 0 ? null
            : $"{NumberText.Count(_posts.Failures)} of {NumberText.Count(_posts.All)} exports to {_endpoint} failed, "
                + "the last because of this: "
                + $"{_posts.LastProblem}. Verdicts are in the store: 'backflow runs' lists its runs.";
    }

    /// <inheritdoc/>
    public void Dispose() => _sdk.Dispose();

    private void Log(
        LogLevel level, string eventName, IReadOnlyList<KeyValuePair<string, object?>> attributes, string message) =>
        _logger.Log(level, new EventId(0, eventName), attributes, exception: null, (_, _) => message);

    private static int Interval(IConfiguration settings) =>
        int.Parse(settings["OTEL_METRIC_EXPORT_INTERVAL"]!, CultureInfo.InvariantCulture);
}
