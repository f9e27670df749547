using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Backflow.Runs;
using Backflow.Runs.Columns;
using Xunit;

namespace Backflow.Cli.Tests.Delivery;

/// <summary>What arrives at a collector over OTLP/HTTP, read byte by byte.</summary>
public sealed class OtlpExportTests
{
    private static readonly string[] Unhealthy =
    [
        "train", "--task", "adding", "--length", "30", "--cell", "rnn-sigmoid", "--hidden", "16", "--steps", "60",
        "--threads", "1", "--json",
    ];

    [Fact]
    public void Train_WithOtlp_ExportsEveryInstrumentAndEveryVerdict()
    {
        using TemporaryFolder folder = new();
        using HttpReceiver collector = new(HttpStatusCode.OK);
        using BackflowProcess process = BackflowProcess.Start(
            folder.Path,
            new Dictionary<string, string> { ["OTEL_EXPORTER_OTLP_TIMEOUT"] = "60000" },
            [.. Unhealthy, "--otlp", collector.Address.ToString()]);
        ProcessResult result = process.WaitForEnd();

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Empty(result.Error);
        Assert.All(collector.Requests, static request => Assert.Equal("application/x-protobuf", request.ContentType));
        PostedRequest[] At(string path) => [.. collector.Requests.Where(request => request.Path == path)];
        AssertMetrics(folder.Path, result, At("/v1/metrics"));
        AssertVerdicts(result, At("/v1/logs"));
    }

    [Fact]
    public void Train_EndpointInTheEnvironment_IsUsedAndProjectAndServiceAreNamed()
    {
        using TemporaryFolder folder = new();
        using HttpReceiver collector = new(HttpStatusCode.OK);
        using BackflowProcess process = BackflowProcess.Start(
            folder.Path,
            new Dictionary<string, string>
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address.ToString(),
                ["OTEL_RESOURCE_ATTRIBUTES"] = "deployment.environment=desk",
            },
            [.. Unhealthy, "--store", "lab.db"]);
        Assert.Equal(0, process.WaitForEnd().ExitCode);
        Dictionary<string, object> resource = OtlpContent.Resource(collector.Requests[^1]);
        Assert.Equal("backflow", resource["service.name"]);
        Assert.Equal("lab", resource["backflow.project"]);
        Assert.Equal("desk", resource["deployment.environment"]);
    }

    [Fact]
    public void Train_CollectorThatIsNotThere_TrainsOnAndSaysSoAtTheEnd()
    {
        using TemporaryFolder folder = new();

        // A port that is taken, so that no other program gets it, and that refuses: nothing listens.
        using Socket taken = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Uri deaf = HttpReceiver.AddressOf(taken);
        ProcessResult result = BackflowProcess.Run(folder.Path, [.. Unhealthy, "--otlp", deaf.ToString()]);

        Assert.Equal(0, result.ExitCode);
        Assert.Matches(
            $"warning: \\d+ of \\d+ exports to {deaf} failed, the last because of this: .*refused", result.Error);
        Assert.Equal("completed", result.Json()[^1].GetProperty("status").GetString());
    }

    [Fact]
    public void Train_CollectorThatHangs_TrainsOnAndSaysSoAtTheEnd()
    {
        // Accepted by the system, and never answered.
        using TcpListener silent = new(IPAddress.Loopback, 0);
        silent.Start();
        Uri address = HttpReceiver.AddressOf(silent.Server);
        using TemporaryFolder folder = new();
        using BackflowProcess process = BackflowProcess.Start(
            folder.Path,
            new Dictionary<string, string>
            {
                ["OTEL_EXPORTER_OTLP_TIMEOUT"] = "1000",
                ["OTEL_METRIC_EXPORT_INTERVAL"] = "100",
            },
            [.. Unhealthy, "--otlp", address.ToString()]);
        ProcessResult result = process.WaitForEnd();

        Assert.Equal(0, result.ExitCode);
        Assert.Matches($"warning: \\d+ of \\d+ exports to {address} failed, .*: no answer in time", result.Error);
        Assert.Equal("completed", result.Json()[^1].GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("localhost:4318")]
    [InlineData("collector")]
    public void Train_OtlpThatIsNoHttpAddress_IsAWrongCommand(string address)
    {
        using TemporaryFolder folder = new();
        ProcessResult result = BackflowProcess.Run(folder.Path, "train", "--steps", "1", "--otlp", address);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--otlp must be an absolute http or https address", result.Error, StringComparison.Ordinal);
        Assert.Contains("--otlp http://localhost:4318", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_AddressesAndHeadersOfTheSignals_AreUsedAsTheyAreAndKeptSecret()
    {
        using TemporaryFolder folder = new();
        using HttpReceiver metrics = new(HttpStatusCode.OK);
        using HttpReceiver logs = new(HttpStatusCode.OK);
        using BackflowProcess process = BackflowProcess.Start(
            folder.Path,
            new Dictionary<string, string>
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:9",
                ["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"] = new Uri(metrics.Address, "in/here?tenant=3").ToString(),
                ["OTEL_EXPORTER_OTLP_LOGS_ENDPOINT"] = logs.Address.ToString().TrimEnd('/'),
                ["OTEL_EXPORTER_OTLP_HEADERS"] = "authorization=Bearer%20hunter2%2Cx",
                ["OTEL_EXPORTER_OTLP_LOGS_HEADERS"] = "authorization=Basic%20swordfish",
                ["OTEL_SERVICE_NAME"] = "lab",
                ["OTEL_RESOURCE_ATTRIBUTES"] = "desk=by%20the%20door,service.name=other",
            },
            [.. Unhealthy, "--store", "lab.db"]);
        ProcessResult result = process.WaitForEnd();

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.NotEmpty(metrics.Requests);
        Assert.NotEmpty(logs.Requests);
        Assert.All(metrics.Requests, static request => Assert.Equal(
            ("/in/here?tenant=3", "Bearer hunter2,x"), (request.Path, request.Authorization)));
        Assert.All(logs.Requests, static request => Assert.Equal(
            ("/", "Basic swordfish"), (request.Path, request.Authorization)));
        Dictionary<string, object> resource = OtlpContent.Resource(metrics.Requests[0]);
        Assert.Equal("lab", resource["service.name"]);
        Assert.Equal("by the door", resource["desk"]);

        IEnumerable<string> kept = Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories)
            .Select(static file => Encoding.Latin1.GetString(File.ReadAllBytes(file)));
        Assert.All([.. kept, result.Output, result.Error], static text =>
        {
            Assert.DoesNotContain("hunter2", text, StringComparison.Ordinal);
            Assert.DoesNotContain("swordfish", text, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Train_CollectorThatAsksForRest_GetsThePostAgainAfterIt(bool asADate)
    {
        using TemporaryFolder folder = new();
        DateTimeOffset end = default;
        using HttpReceiver collector = new(HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK)
        {
            RetryAfter = () =>
            {
                DateTimeOffset later = TimeProvider.System.GetUtcNow().AddSeconds(4);
                end = asADate ? DateTimeOffset.FromUnixTimeSeconds(later.ToUnixTimeSeconds()) : later;
                return asADate ? later.ToString("R", CultureInfo.InvariantCulture) : "4";
            },
        };
        using BackflowProcess process = BackflowProcess.Start(
            folder.Path,
            new Dictionary<string, string>
            {
                ["OTEL_EXPORTER_OTLP_TIMEOUT"] = "60000",
                ["OTEL_LOGS_EXPORTER"] = "none",
                ["OTEL_METRIC_EXPORT_INTERVAL"] = "600000",
            },
            [.. Unhealthy, "--otlp", collector.Address.ToString()]);
        ProcessResult result = process.WaitForEnd();

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal(["/v1/metrics", "/v1/metrics"], collector.Requests.Select(static request => request.Path));
        Assert.Equal(collector.Requests[0].Content, collector.Requests[1].Content);

        // The answer's way back takes time too; a clock may be read a little early, the delays without it are 1 s.
        Assert.InRange(collector.Requests[1].Arrival, end.AddMilliseconds(-50), DateTimeOffset.MaxValue);
    }

    [Fact]
    public void Train_OpenTelemetryTurnedOff_ExportsNothingAndSaysSo()
    {
        using TemporaryFolder folder = new();
        using HttpReceiver collector = new(HttpStatusCode.OK);
        using BackflowProcess process = BackflowProcess.Start(
            folder.Path,
            new Dictionary<string, string> { ["OTEL_SDK_DISABLED"] = "True" },
            [.. Unhealthy, "--otlp", collector.Address.ToString()]);
        ProcessResult result = process.WaitForEnd();

        Assert.Equal(0, result.ExitCode);
        Assert.Empty(collector.Requests);
        Assert.Equal("warning: Nothing is exported, because OTEL_SDK_DISABLED is true.\n", result.Error);
    }

    [Fact]
    public void Train_OtlpWithAPathOfASignal_IsAWrongCommandWithTheRightOne()
    {
        using TemporaryFolder folder = new();
        ProcessResult result = BackflowProcess.Run(
            folder.Path, "train", "--steps", "1", "--otlp", "http://localhost:4318/v1/metrics");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(
            "--otlp must be the collector's address without v1/metrics", result.Error, StringComparison.Ordinal);
        Assert.Contains(
            "try: backflow train --steps 1 --otlp http://localhost:4318\n", result.Error, StringComparison.Ordinal);
    }

    private static void AssertMetrics(string folder, ProcessResult result, PostedRequest[] requests)
    {
        OtlpPoint[] last = [.. OtlpContent.Points(requests[^1])];
        Assert.Equal(
            ExportedNames.Instruments.Select(static instrument => (instrument.Name, instrument.Unit!)).Order(),
            last.Select(static point => (point.Metric, point.Unit)).Distinct().Order());
        Assert.All(last, static point => Assert.Equal("rnn-sigmoid-0001", point.Attributes["backflow.run.id"]));
        Assert.All(last, static point => Assert.Equal("adding", point.Attributes["backflow.task"]));

        using RunStore store = RunStore.OpenExisting(Path.Combine(folder, "runs", "backflow.db"));
        RunReader reader = store.OpenReader("rnn-sigmoid-0001");
        Assert.Equal(60, Only(last, "backflow.training.steps").Value);
        Assert.Equal(reader.Scalars("training-loss").Values[^1], Only(last, "backflow.training.loss").Value);
        Assert.Equal(reader.Scalars("validation-loss").Values[^1], Only(last, "backflow.validation.loss").Value);
        Assert.Equal(reader.Scalars("gradient-norm").Values[^1], Only(last, "backflow.gradient.norm").Value);
        Assert.Equal(reader.Scalars("telemetry-cost").Values[^1], Only(last, "backflow.telemetry.cost").Value);
        Assert.Equal(0, Only(last, "backflow.telemetry.dropped_rows").Value);
        Assert.Equal(
            reader.Scalars("last-answer-horizon:0").Values[^1], Only(last, "backflow.gradient.answer_horizon").Value);
        OtlpPoint horizon = Only(last, "backflow.gradient.horizon");
        Assert.Equal(reader.Scalars("gradient-horizon:0").Values[^1], horizon.Value);
        Assert.Equal(0L, horizon.Attributes["backflow.layer"]);

        Assert.Equal(
            Verdicts(result)
                .GroupBy(static one =>
                    (Rule: one.GetProperty("verdict").GetString(), one.GetProperty("severity").GetString()))
                .Select(static group => (group.Key, (double)group.Count())).Order(),
            last.Where(static point => point.Metric == "backflow.verdicts").Select(static point => (
                (
                    (string?)point.Attributes["backflow.verdict.rule"],
                    (string?)point.Attributes["backflow.verdict.severity"]),
                point.Value)).Order());
    }

    private static void AssertVerdicts(ProcessResult result, PostedRequest[] requests)
    {
        OtlpLog[] logs = [.. requests.SelectMany(OtlpContent.Logs)];
        JsonElement[] verdicts = Verdicts(result);
        Assert.NotEmpty(verdicts);
        Assert.Equal(verdicts.Length, logs.Length);
        foreach ((JsonElement verdict, OtlpLog log) in verdicts.Zip(logs))
        {
            Assert.Equal("backflow.verdict", log.EventName);
            Assert.Equal(verdict.GetProperty("meaning").GetString(), log.Body);

            // OpenTelemetry's severity numbers: information 9, warning 13, error 17.
            Assert.Equal(verdict.GetProperty("severity").GetString() == "warning" ? 13u : 9u, log.Severity);
            Assert.Equal("rnn-sigmoid-0001", log.Attributes["backflow.run.id"]);
            Assert.Equal(verdict.GetProperty("verdict").GetString(), log.Attributes["backflow.verdict.rule"]);
            Assert.Equal(verdict.GetProperty("step").GetInt64(), log.Attributes["backflow.step"]);
            Assert.Equal(verdict.GetProperty("value").GetDouble(), log.Attributes["backflow.verdict.value"]);
            Assert.Equal(
                verdict.GetProperty("remedies")[0].GetProperty("command").GetString(),
                log.Attributes["backflow.verdict.remedy"]);
        }

        OtlpLog start = Assert.Single(
            logs, static log => (string)log.Attributes["backflow.verdict.rule"] == "poor-initialisation");
        Assert.Equal(0L, start.Attributes["backflow.layer"]);
        Assert.InRange(Assert.IsType<long>(start.Attributes["backflow.timestep"]), 0, 29);
        Assert.DoesNotContain("backflow.gate", start.Attributes.Keys);
    }

    private static OtlpPoint Only(OtlpPoint[] points, string metric) =>
        Assert.Single(points, point => point.Metric == metric);

    private static JsonElement[] Verdicts(ProcessResult result) =>
        [.. result.Json().Where(static line => line.GetProperty("event").GetString() == "verdict")];
}
