using System.Net;
using System.Net.Sockets;
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

        OtlpLog vanishing = Assert.Single(
            logs, static log => (string)log.Attributes["backflow.verdict.rule"] == "vanishing-over-time");
        Assert.Equal(0L, vanishing.Attributes["backflow.layer"]);
        Assert.Equal(0L, vanishing.Attributes["backflow.timestep"]);
        Assert.DoesNotContain("backflow.gate", vanishing.Attributes.Keys);
    }

    private static OtlpPoint Only(OtlpPoint[] points, string metric) =>
        Assert.Single(points, point => point.Metric == metric);

    private static JsonElement[] Verdicts(ProcessResult result) =>
        [.. result.Json().Where(static line => line.GetProperty("event").GetString() == "verdict")];
}
