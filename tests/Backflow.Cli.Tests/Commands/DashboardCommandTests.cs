using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Backflow.Cli.Tests.Commands;

public sealed partial class DashboardCommandTests
{
    private static readonly string[] SmallTraining =
        ["train", "--steps", "30", "--hidden", "8", "--seq-len", "8", "--batch", "4", "--threads", "1"];

    [Fact]
    public async Task Dashboard_ExistingStore_ServesItUntilInterrupted()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(0, BackflowProcess.Run(folder.Path, SmallTraining).ExitCode);
        using BackflowProcess process = BackflowProcess.Start(folder.Path, "dashboard", "--port", "0");
        process.WaitForOutput("Ctrl+C ends it.");
        using HttpClient client = new();
        string runs = await client.GetStringAsync(
            new Uri(Address(process.OutputSoFar), "api/runs"), TestContext.Current.CancellationToken);
        process.Interrupt();
        ProcessResult result = process.WaitForEnd();

        using JsonDocument document = JsonDocument.Parse(runs);
        JsonElement run = Assert.Single(document.RootElement.GetProperty("runs").EnumerateArray());
        Assert.Equal("completed", run.GetProperty("status").GetString());
        Assert.Equal(30, run.GetProperty("steps").GetInt64());
        Assert.Equal(0, result.ExitCode);
        Assert.Empty(result.Error);
    }

    [Fact]
    public async Task Dashboard_NoStore_IsEmptyUntilARunIsTrainedAndCreatesNone()
    {
        using TemporaryFolder folder = new();
        using BackflowProcess process = BackflowProcess.Start(folder.Path, "dashboard", "--port", "0");
        process.WaitForOutput("Ctrl+C ends it.");
        Assert.StartsWith(
            "There is no store at runs/backflow.db yet: lessons and explorer need none, and a run appears when it is "
                + "trained.\n",
            process.OutputSoFar,
            StringComparison.Ordinal);
        Assert.EndsWith("/learn", Address(process.OutputSoFar).AbsolutePath, StringComparison.Ordinal);
        using HttpClient client = new();
        Assert.Equal(0, await Runs());
        foreach (string path in (string[])["", "explorer", "api/store"])
        {
            Assert.NotEmpty(await client.GetStringAsync(
                new Uri(Address(process.OutputSoFar), path), TestContext.Current.CancellationToken));
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
        Assert.Equal(0, BackflowProcess.Run(folder.Path, SmallTraining).ExitCode);
        Assert.Equal(1, await Runs());
        process.Interrupt();
        ProcessResult result = process.WaitForEnd();
        Assert.Equal((0, ""), (result.ExitCode, result.Error));

        async Task<int> Runs()
        {
            using JsonDocument document = JsonDocument.Parse(await client.GetStringAsync(
                new Uri(Address(process.OutputSoFar), "api/runs"), TestContext.Current.CancellationToken));
            return document.RootElement.GetProperty("runs").GetArrayLength();
        }
    }

    [Fact]
    public void Dashboard_OtherHost_PrintsAToken()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(0, BackflowProcess.Run(folder.Path, SmallTraining).ExitCode);
        using BackflowProcess process =
            BackflowProcess.Start(folder.Path, "dashboard", "--host", "0.0.0.0", "--port", "0");
        process.WaitForOutput("Ctrl+C ends it.");
        Assert.Matches("\\?token=[0-9a-f]{32}\n", process.OutputSoFar);
        process.Interrupt();
        Assert.Equal(0, process.WaitForEnd().ExitCode);
    }

    [Fact]
    public void Train_DashboardIntoAPipe_PrintsTheAddressAndEndsWithTheTraining()
    {
        using TemporaryFolder folder = new();
        ProcessResult result = BackflowProcess.Run(folder.Path, [.. SmallTraining, "--dashboard", "--port", "0"]);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal("127.0.0.1", Address(result.Output).Host);
        Assert.Matches("^/run/lstm-0001\\?token=[0-9a-f]{32}$", Address(result.Output).PathAndQuery);
        Assert.Contains("Done: 30 of 30 steps", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("until Ctrl+C", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_DashboardAndJson_KeepsTheOutputJson()
    {
        using TemporaryFolder folder = new();
        ProcessResult result =
            BackflowProcess.Run(folder.Path, [.. SmallTraining, "--dashboard", "--port", "0", "--json"]);
        Assert.Equal("end", result.Json()[^1].GetProperty("event").GetString());
        Assert.Contains("Dashboard: http://127.0.0.1:", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_Dashboard_PrintsTheAddressOfItsOwnComparison()
    {
        using TemporaryFolder folder = new();
        string[] command = ["compare", "--cells", "rnn,gru", .. SmallTraining[1..], "--dashboard", "--port", "0"];
        ProcessResult result = BackflowProcess.Run(folder.Path, command);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Matches("^/compare\\?token=[0-9a-f]{32}&runs=rnn-0001,gru-0001$", Address(result.Output).PathAndQuery);
        Assert.DoesNotContain("until Ctrl+C", result.Output, StringComparison.Ordinal);

        string token = Path.Combine(folder.Path, "token");
        File.WriteAllText(token, "opensesame\n");
        command = [.. command, "--token-file", token, "--json"];
        ProcessResult known = BackflowProcess.Run(folder.Path, command);
        Assert.Equal("end", known.Json()[^1].GetProperty("event").GetString());
        Assert.Equal("/compare?token=opensesame&runs=rnn-0001,gru-0001", Address(known.Error).PathAndQuery);
        ProcessResult second = BackflowProcess.Run(folder.Path, [.. command, "--fresh"]);
        Assert.Equal("/compare?token=opensesame&runs=rnn-0002,gru-0002", Address(second.Error).PathAndQuery);
    }

    [Fact]
    public void Compare_DashboardThatCannotBeServed_LeavesNoRuns()
    {
        using TemporaryFolder folder = new();
        ProcessResult result = BackflowProcess.Run(folder.Path, "compare", "--dashboard", "--port", "70000");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--port must be from 0 to 65535", result.Error, StringComparison.Ordinal);
        Assert.Empty(BackflowProcess.Run(folder.Path, "runs", "list", "--json").Json());
    }

    [Theory]
    [InlineData("--port", "70000", "--port must be from 0 to 65535")]
    [InlineData("--token", "opensesame", "set BACKFLOW_TOKEN or use --token-file")]
    [InlineData("--token-file", "nowhere/token", "--token-file names 'nowhere/token', which cannot be read")]
    [InlineData("--host", "192.0.2.1", "cannot be listened on")]
    public void Train_DashboardThatCannotBeServed_IsAMistakeOfTheCommand(string option, string value, string message)
    {
        using TemporaryFolder folder = new();
        ProcessResult result = BackflowProcess.Run(folder.Path, [.. SmallTraining, "--dashboard", option, value]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("opensesame", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dashboard_TokenOfTheEnvironment_IsTheOneThatChangesNeed()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(0, BackflowProcess.Run(folder.Path, SmallTraining).ExitCode);
        using BackflowProcess process = BackflowProcess.Start(
            folder.Path,
            new Dictionary<string, string> { ["BACKFLOW_TOKEN"] = "opensesame" },
            "dashboard", "--port", "0", "--private");
        process.WaitForOutput("Ctrl+C ends it.");
        Uri runs = new(Address(process.OutputSoFar), "/api/runs");
        using HttpClient client = new();
        using HttpResponseMessage without = await client.GetAsync(runs, TestContext.Current.CancellationToken);
        client.DefaultRequestHeaders.Add("Authorization", "Bearer opensesame");
        using HttpResponseMessage with = await client.GetAsync(runs, TestContext.Current.CancellationToken);
        process.Interrupt();
        Assert.Equal(0, process.WaitForEnd().ExitCode);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, without.StatusCode);
        Assert.Equal(System.Net.HttpStatusCode.OK, with.StatusCode);
    }

    [Fact]
    public void Train_PortWithoutDashboard_IsAMistake()
    {
        using TemporaryFolder folder = new();
        ProcessResult result = BackflowProcess.Run(folder.Path, "train", "--port", "8000");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--dashboard", result.Error, StringComparison.Ordinal);
    }

    private static Uri Address(string output) => new(AddressLine().Match(output).Groups[1].Value);

    [GeneratedRegex("^Dashboard: (http://\\S+)$", RegexOptions.Multiline)]
    private static partial Regex AddressLine();
}
