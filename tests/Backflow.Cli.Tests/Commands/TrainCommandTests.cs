using System.Text.Json;
using Xunit;

namespace Backflow.Cli.Tests.Commands;

/// <summary>backflow train and resume as processes.</summary>
public sealed class TrainCommandTests
{
    /// <summary>A network small enough that a hundred steps take less than a second.</summary>
    private static readonly string[] Small =
    [
        "--hidden", "16", "--embedding", "8", "--seq-len", "16", "--batch", "4",
        "--validation-interval", "0", "--dropout", "0.2", "--layers", "2",
    ];

    /// <summary>Prints so much that it waits for its reader long before its end.</summary>
    private static readonly string[] Talkative =
        ["train", "--json", "--steps", "400", "--checkpoint-interval", "50", "--log-interval", "1", .. Small];

    [Fact]
    public void Train_Json_PrintsOneObjectPerLoggedStepAndOneAtTheEnd()
    {
        using TemporaryFolder folder = new();
        ProcessResult result = BackflowProcess.Run(
            folder.Path,
            ["train", "--json", "--steps", "20", "--sample-interval", "10", "--log-interval", "5", .. Small]);

        Assert.True(result.ExitCode == 0, result.Error);
        List<JsonElement> lines = result.Json();
        Assert.Equal("start", Kind(lines[0]));
        Assert.Equal([5L, 10, 15, 20], lines.Where(line => Kind(line) == "step").Select(StepOf));
        Assert.Equal(2, lines.Count(line => Kind(line) == "sample"));
        JsonElement step = lines.First(line => Kind(line) == "step");
        double nats = step.GetProperty("trainingLossNats").GetDouble();
        Assert.InRange(nats, 2, 5);
        Assert.Equal(nats / Math.Log(2), step.GetProperty("trainingLossBits").GetDouble(), 12);
        JsonElement end = lines[^1];
        Assert.Equal("end", Kind(end));
        Assert.Equal("completed", end.GetProperty("status").GetString());
        Assert.True(end.GetProperty("validationLossNats").GetDouble() > 0);
    }

    [Theory]
    [InlineData("rnn")]
    [InlineData("rnn-relu")]
    [InlineData("rnn-sigmoid")]
    [InlineData("gru")]
    [InlineData("gru-reset-before")]
    [InlineData("rnn,lstm")]
    public void Train_EveryCell_LowersTheLoss(string cell)
    {
        using TemporaryFolder folder = new();
        ProcessResult result = BackflowProcess.Run(
            folder.Path, ["train", "--json", "--steps", "60", "--log-interval", "5", "--cell", cell, .. Small]);

        Assert.True(result.ExitCode == 0, result.Error);
        List<double> losses =
        [
            .. result.Json().Where(line => Kind(line) == "step")
                .Select(static line => line.GetProperty("trainingLossNats").GetDouble()),
        ];
        Assert.True(losses[^1] < losses[0] - 0.2, $"{cell}: from {losses[0]} to {losses[^1]}.");
    }

    [Fact]
    public void Resume_AfterInterruption_ReachesTheSameBits()
    {
        using TemporaryFolder folder = new();
        string expected = Uninterrupted(folder);

        using BackflowProcess process = BackflowProcess.Start(folder.Path, [.. Talkative, "--name", "cut"]);
        process.WaitForOutput("\"step\":20,");
        process.Interrupt();
        ProcessResult cut = process.WaitForEnd();

        Assert.Equal(130, cut.ExitCode);
        JsonElement end = cut.Json()[^1];
        Assert.Equal("interrupted", end.GetProperty("status").GetString());
        Assert.InRange(StepOf(end), 20, 399);

        ProcessResult resumed = BackflowProcess.Run(folder.Path, "resume", "cut", "--json", "--threads", "1");
        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Equal(expected, Parameters(folder.NewestCheckpoint("lstm-0002")));
    }

    [Fact]
    public void Resume_AfterKill9BetweenCheckpoints_ReachesTheSameBits()
    {
        using TemporaryFolder folder = new();
        string expected = Uninterrupted(folder);
        using BackflowProcess process = BackflowProcess.Start(folder.Path, Talkative);
        process.WaitForOutput("\"event\":\"checkpoint\",\"step\":100}");
        process.Kill();
        process.WaitForEnd();

        ProcessResult resumed = BackflowProcess.Run(folder.Path, "resume", "lstm-0002", "--json");

        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Equal(expected, Parameters(folder.NewestCheckpoint("lstm-0002")));

        // Steps after the checkpoint were recorded twice and must stand once.
        ProcessResult shown = BackflowProcess.Run(folder.Path, "runs", "show", "lstm-0002", "--json");
        Assert.Equal(400, shown.Json()[0].GetProperty("lastStep").GetInt64());
    }

    [Fact]
    public void Train_DifferentThreads_SameBits()
    {
        using TemporaryFolder folder = new();
        List<string> parameters = [];
        foreach (string threads in (string[])["1", "2", "3", "8"])
        {
            ProcessResult result = BackflowProcess.Run(
                folder.Path, ["train", "--steps", "30", "--name", threads, "--threads", threads, .. Small]);
            Assert.True(result.ExitCode == 0, result.Error);
            parameters.Add(Parameters(folder.NewestCheckpoint($"lstm-000{parameters.Count + 1}")));
        }

        Assert.Single(parameters.Distinct());
    }

    [Fact]
    public void Train_LearningRateThatExplodes_SaysSoAndKeepsTheCheckpoint()
    {
        using TemporaryFolder folder = new();
        ProcessResult result = BackflowProcess.Run(
            folder.Path,
            [
                "train", "--json", "--steps", "400", "--lr", "1e30", "--clip", "0", "--optimizer", "sgd",
                "--cell", "rnn-relu", .. Small,
            ]);

        Assert.Equal(1, result.ExitCode);
        List<JsonElement> lines = result.Json();
        Assert.Contains(lines, line => Kind(line) == "warning"
            && line.GetProperty("message").GetString()!.Contains("not a finite number", StringComparison.Ordinal));
        Assert.Equal("diverged", lines[^1].GetProperty("status").GetString());
        ProcessResult generated = BackflowProcess.Run(folder.Path, "generate", "rnn-relu-0001", "--length", "5");
        Assert.True(generated.ExitCode == 0, generated.Error);
    }

    [Fact]
    public void Resume_CompleteRun_OffersMoreSteps()
    {
        using TemporaryFolder folder = new();
        BackflowProcess.Run(folder.Path, ["train", "--steps", "10", .. Small]);
        ProcessResult refused = BackflowProcess.Run(folder.Path, "resume", "lstm-0001");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("is complete", refused.Error, StringComparison.Ordinal);
        Assert.Contains("try: backflow resume lstm-0001 --steps 20", refused.Error, StringComparison.Ordinal);

        ProcessResult more = BackflowProcess.Run(folder.Path, "resume", "lstm-0001", "--steps", "20");
        Assert.True(more.ExitCode == 0, more.Error);
    }

    private static string Uninterrupted(TemporaryFolder folder)
    {
        ProcessResult result = BackflowProcess.Run(folder.Path, ["train", "--steps", "400", .. Small]);
        Assert.True(result.ExitCode == 0, result.Error);
        return Parameters(folder.NewestCheckpoint("lstm-0001"));
    }

    // The tensors, without the header: metadata may name other threads and intervals.
    private static string Parameters(string checkpoint)
    {
        byte[] bytes = File.ReadAllBytes(checkpoint);
        int header = (int)BitConverter.ToUInt64(bytes, 0);
        return Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(bytes.AsSpan(8 + header)));
    }

    private static string Kind(JsonElement line) => line.GetProperty("event").GetString()!;

    private static long StepOf(JsonElement line) => line.GetProperty("step").GetInt64();

    [Fact]
    public void Json_WithTilesAndWithout_LossesAgree()
    {
        // What docs/decisions/one-source-for-all-widths.md promises of one step; the second loss follows from it.
        const double BetweenKernels = 1e-5;
        double[][] losses = [.. ((string[])["0", "1"]).Select(static used =>
        {
            using TemporaryFolder folder = new();
            using BackflowProcess process = BackflowProcess.Start(
                folder.Path,
                new Dictionary<string, string> { ["BACKFLOW_TILES"] = used },
                "train", "--hidden", "32", "--batch", "16", "--seq-len", "20", "--steps", "2", "--log-interval", "1",
                "--validation-interval", "0", "--checkpoint-interval", "0", "--threads", "2", "--json");
            ProcessResult result = process.WaitForEnd();
            Assert.True(result.ExitCode == 0, result.Error);
            return result.Json()
                .Where(static line => line.GetProperty("event").GetString() == "step")
                .Select(static line => line.GetProperty("trainingLossNats").GetDouble())
                .ToArray();
        })];

        Assert.Equal(2, losses[0].Length);
        Assert.Equal(losses[0].Length, losses[1].Length);
        Assert.All(
            losses[0].Zip(losses[1]),
            pair => Assert.Equal(pair.First, pair.Second, BetweenKernels * pair.First));
    }
}
