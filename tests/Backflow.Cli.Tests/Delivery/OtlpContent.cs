namespace Backflow.Cli.Tests.Delivery;

/// <summary>A point of a metric as it was posted.</summary>
internal sealed record OtlpPoint(string Metric, string Unit, double Value, Dictionary<string, object> Attributes);

/// <summary>A log record as it was posted.</summary>
internal sealed record OtlpLog(string EventName, ulong Severity, string Body, Dictionary<string, object> Attributes);

/// <summary>Reads OTLP 1.x requests.</summary>
/// <remarks>Field numbers from opentelemetry-proto: metrics.proto, logs.proto, resource.proto, common.proto.</remarks>
internal static class OtlpContent
{
    /// <summary>All points of a metrics request, in its order.</summary>
    public static IEnumerable<OtlpPoint> Points(PostedRequest request) =>
        from resource in new ProtobufMessage(request.Content).Messages(1)
        from scope in resource.Messages(2)
        from metric in scope.Messages(2)
        let isSum = metric.Has(7)
        from point in metric.Message(isSum ? 7 : 5).Messages(1)
        select new OtlpPoint(
            metric.Text(1),
            metric.Text(3),
            point.Has(4) ? point.Double(4) : unchecked((long)point.Number(6)),
            Attributes(point, 7));

    /// <summary>All records of a logs request, in its order.</summary>
    public static IEnumerable<OtlpLog> Logs(PostedRequest request) =>
        from resource in new ProtobufMessage(request.Content).Messages(1)
        from scope in resource.Messages(2)
        from log in scope.Messages(2)
        select new OtlpLog(log.Text(12), log.Number(2), log.Message(5).Text(1), Attributes(log, 6));

    /// <summary>The attributes of a request's first resource.</summary>
    public static Dictionary<string, object> Resource(PostedRequest request) =>
        Attributes(new ProtobufMessage(request.Content).Messages(1).First().Message(1), 1);

    private static Dictionary<string, object> Attributes(ProtobufMessage message, int field) =>
        message.Messages(field).ToDictionary(static pair => pair.Text(1), static pair => Value(pair.Message(2)));

    private static object Value(ProtobufMessage any) => any.Has(1) ? any.Text(1)
        : any.Has(3) ? (object)unchecked((long)any.Number(3))
        : any.Double(4);
}
