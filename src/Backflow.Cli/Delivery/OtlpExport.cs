using Backflow.Telemetry;
using Backflow.Training;
using Backflow.Training.Metering;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Backflow.Cli.Delivery;

/// <summary>Exports the meter and the verdicts to an OTLP endpoint, from OpenTelemetry's own threads.</summary>
/// <remarks>
/// OpenTelemetry's environment variables count, see docs/telemetry-export.md and <see cref="OtlpSettings"/>. Verdicts
/// are log records with an event name.
/// </remarks>
internal sealed class OtlpExport : IVerdictDelivery
{
    /// <summary>The event name of a verdict.</summary>
    public const string VerdictEvent = "backflow.verdict";

    /// <summary>The event name of a warning, such as a rollback.</summary>
    public const string WarningEvent = "backflow.warning";

    // Tries again within the time of one export, and obeys Retry-After as far as that time reaches.
    private static readonly Dictionary<string, string?> Defaults = new()
    {
        ["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"] = "in_memory",
    };

    private readonly OpenTelemetrySdk _sdk;
    private readonly ILogger _logger;
    private readonly PostCount _posts = new();
    private readonly string _receivers;

    /// <summary>Begins to export.</summary>
    /// <param name="settings">What to send where.</param>
    /// <param name="project">What the receiver is told as the project.</param>
    public OtlpExport(OtlpSettings settings, string project)
    {
        _receivers = settings.Receivers;
        IConfiguration configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(Defaults)
            .AddEnvironmentVariables()
            .Build();
        _sdk = OpenTelemetrySdk.Create(builder =>
        {
            builder.Services.AddSingleton(configuration);
            builder.ConfigureResource(resource => resource.Clear()
                .AddService("backflow", serviceVersion: MachineDescription.ProductVersion)
                .AddAttributes([new("backflow.project", project)])
                .AddTelemetrySdk()
                .AddEnvironmentVariableDetector());
            if (settings.Metrics is OtlpSignal signal)
            {
                builder.WithMetrics(metrics => metrics.AddMeter(TrainingMeter.Name).AddOtlpExporter(
                    (exporter, reader) =>
                    {
                        Configure(exporter, signal);
                        reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds =
                            settings.IntervalMilliseconds;
                    }));
            }

            if (settings.Logs is OtlpSignal other)
            {
                builder.WithLogging(
                    logging => logging.AddOtlpExporter(exporter => Configure(exporter, other)),
                    static options => options.IncludeFormattedMessage = true);
            }
        });
        _logger = _sdk.GetLoggerFactory().CreateLogger(TrainingMeter.Name);
    }

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
            : $"{NumberText.Count(_posts.Failures)} of {NumberText.Count(_posts.All)} exports to {_receivers} failed, "
                + "the last because of this: "
                + $"{_posts.LastProblem}. Verdicts are in the store: 'backflow runs' lists its runs.";
    }

    /// <inheritdoc/>
    public void Dispose() => _sdk.Dispose();

    private void Log(
        LogLevel level, string eventName, IReadOnlyList<KeyValuePair<string, object?>> attributes, string message) =>
        _logger.Log(level, new EventId(0, eventName), attributes, exception: null, (_, _) => message);

    // An endpoint that is set in code is used as it is. Headers go with the client: the exporter decodes its text
    // before it splits it, and throws at a comma in a value.
    private void Configure(OtlpExporterOptions exporter, OtlpSignal signal)
    {
        exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
        exporter.Endpoint = signal.Endpoint;
        exporter.Headers = string.Empty;
        exporter.TimeoutMilliseconds = signal.TimeoutMilliseconds;
        exporter.HttpClientFactory = () => _posts.CreateClient(signal);
    }
}
