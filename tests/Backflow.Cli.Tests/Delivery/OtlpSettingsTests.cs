using Backflow.Cli.Delivery;
using Backflow.Training;
using Xunit;

namespace Backflow.Cli.Tests.Delivery;

/// <summary>What the variables of OpenTelemetry's specification mean, without a collector.</summary>
public sealed class OtlpSettingsTests
{
    [Theory]
    [InlineData("", "", "")]
    [InlineData("ENDPOINT=http://c:4318", "http://c:4318/v1/metrics", "http://c:4318/v1/logs")]
    [InlineData("ENDPOINT=http://c:4318/", "http://c:4318/v1/metrics", "http://c:4318/v1/logs")]
    [InlineData("ENDPOINT=http://c/team/a/", "http://c/team/a/v1/metrics", "http://c/team/a/v1/logs")]
    [InlineData("ENDPOINT=http://c/a?k=1", "http://c/a/v1/metrics?k=1", "http://c/a/v1/logs?k=1")]
    [InlineData("METRICS_ENDPOINT=http://m:1/v1/metrics", "http://m:1/v1/metrics", "")]
    [InlineData("METRICS_ENDPOINT=http://m:1", "http://m:1/", "")]
    [InlineData("LOGS_ENDPOINT=http://l/in ENDPOINT=http://c", "http://c/v1/metrics", "http://l/in")]
    [InlineData("LOGS_ENDPOINT= ENDPOINT=http://c", "http://c/v1/metrics", "http://c/v1/logs")]
    [InlineData("--otlp=http://o LOGS_ENDPOINT=http://l ENDPOINT=http://c", "http://o/v1/metrics", "http://o/v1/logs")]
    [InlineData("ENDPOINT=http://c OTEL_LOGS_EXPORTER=none", "http://c/v1/metrics", "")]
    [InlineData("ENDPOINT=http://c OTEL_METRICS_EXPORTER=None", "", "http://c/v1/logs")]
    [InlineData("ENDPOINT=http://c OTEL_METRICS_EXPORTER=none OTEL_LOGS_EXPORTER=none", "", "")]
    [InlineData("ENDPOINT=http://c OTEL_SDK_DISABLED=true", "", "")]
    [InlineData("ENDPOINT=http://c OTEL_SDK_DISABLED=1", "http://c/v1/metrics", "http://c/v1/logs")]
    [InlineData("OTEL_LOGS_EXPORTER=console", "", "")]
    [InlineData("ENDPOINT=http://c PROTOCOL=HTTP/protobuf", "http://c/v1/metrics", "http://c/v1/logs")]
    public void Read_Addresses_AreThoseOfTheSpecification(string given, string metrics, string logs)
    {
        OtlpSettings? settings = Read(given);
        Assert.Equal(metrics, settings?.Metrics?.Endpoint.ToString() ?? string.Empty);
        Assert.Equal(logs, settings?.Logs?.Endpoint.ToString() ?? string.Empty);
    }

    [Fact]
    public void Read_SettingsOfASignal_CountBeforeThoseOfAll()
    {
        OtlpSettings settings = Read(
            "ENDPOINT=http://c TIMEOUT=70 LOGS_TIMEOUT=0 HEADERS=a=1%2Cx=y METRICS_HEADERS=b=2 PROTOCOL=grpc "
            + "LOGS_PROTOCOL=http/protobuf METRICS_PROTOCOL=http/protobuf OTEL_METRIC_EXPORT_INTERVAL=300")!;
        Assert.Equal(70, settings.Metrics!.TimeoutMilliseconds);
        Assert.Equal(int.MaxValue, settings.Logs!.TimeoutMilliseconds);
        Assert.Equal([new("b", "2")], settings.Metrics.Headers);
        Assert.Equal([new("a", "1,x=y")], settings.Logs.Headers);
        Assert.Equal(300, settings.IntervalMilliseconds);
    }

    [Theory]
    [InlineData("--otlp=http://c/v1/logs/", "Otlp", "http://c")]
    [InlineData("--otlp=http://me:hunter2@c/team/v1/traces", "Otlp", "http://c/team")]
    [InlineData("ENDPOINT=http://c/V1/Metrics", "OTEL_EXPORTER_OTLP_ENDPOINT", "http://c")]
    [InlineData("ENDPOINT=c:4318", "OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318")]
    [InlineData("LOGS_ENDPOINT=there", "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "http://localhost:4318")]
    [InlineData("ENDPOINT=http://c PROTOCOL=grpc", "OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")]
    [InlineData("ENDPOINT=http://c LOGS_PROTOCOL=http/json", "OTEL_EXPORTER_OTLP_LOGS_PROTOCOL", "http/protobuf")]
    [InlineData("ENDPOINT=http://c OTEL_METRICS_EXPORTER=prometheus", "OTEL_METRICS_EXPORTER", "otlp")]
    [InlineData("ENDPOINT=http://c TIMEOUT=5s", "OTEL_EXPORTER_OTLP_TIMEOUT", "10000")]
    [InlineData("ENDPOINT=http://c METRICS_TIMEOUT=-1", "OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "10000")]
    [InlineData("ENDPOINT=http://c OTEL_METRIC_EXPORT_INTERVAL=0", "OTEL_METRIC_EXPORT_INTERVAL", "5000")]
    [InlineData("ENDPOINT=http://c HEADERS=hunter2", "OTEL_EXPORTER_OTLP_HEADERS", "authorization")]
    [InlineData("ENDPOINT=http://c HEADERS=a=1,=hunter2", "OTEL_EXPORTER_OTLP_HEADERS", "authorization")]
    [InlineData("ENDPOINT=http://c HEADERS=a%20b=hunter2", "OTEL_EXPORTER_OTLP_HEADERS", "authorization")]
    [InlineData("ENDPOINT=http://c HEADERS=a=hunter2%0Ab:c", "OTEL_EXPORTER_OTLP_HEADERS", "authorization")]
    public void Read_WhatCannotBeDone_IsNamedWithAWayOutAndWithoutSecrets(string given, string name, string wayOut)
    {
        ExperimentException mistake = Assert.Throws<ExperimentException>(() => Read(given));
        Assert.StartsWith(name + " ", mistake.Message, StringComparison.Ordinal);
        Assert.Contains(wayOut, mistake.Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", mistake.Message + mistake.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--otlp=http://me:hunter2@c:4318?k=hunter2", "http://c:4318/")]
    [InlineData("LOGS_ENDPOINT=http://l/in?k=hunter2 ENDPOINT=http://c/", "http://c/ and http://l/in")]
    public void Receivers_OfAMessage_HaveNeitherUsersNorQueries(string given, string receivers) =>
        Assert.Equal(receivers, Read(given)!.Receivers);

    // Words NAME=VALUE; a name without OTEL_ belongs to the exporter.
    private static OtlpSettings? Read(string given)
    {
        Dictionary<string, string> values = given.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(static word => word.Split('=', 2)).ToDictionary(static pair => pair[0], static pair => pair[1]);
        return OtlpSettings.Read(
            values.GetValueOrDefault("--otlp"),
            name => values.GetValueOrDefault(name)
                ?? (name.StartsWith("OTEL_EXPORTER_OTLP_", StringComparison.Ordinal)
                    ? values.GetValueOrDefault(name["OTEL_EXPORTER_OTLP_".Length..])
                    : null));
    }
}
