using System.Text.Json;
using Backflow.Runs;
using Backflow.Runs.Manifest;
using Xunit;

namespace Backflow.Cli.Tests.Commands;

/// <summary>backflow runs: which runs it lists, and what people wrote about them.</summary>
public sealed class RunListTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public RunListTests()
    {
        using RunStore store = RunStore.Open(Path.Combine(_folder.Path, "runs", "backflow.db"));
        string report = Add(store, "diagnose", RunKind.Diagnosis);
        Add(store, "gru", RunKind.Training, report);
        Add(store, "gru", RunKind.Training, "dependency");
        Add(store, "lstm", RunKind.Training);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Runs_WhatBelongsToAReport_IsListedOnlyWithAll()
    {
        string output = Run("runs");
        Assert.DoesNotContain("gru-", output, StringComparison.Ordinal);
        Assert.EndsWith(
            "Left out: 2 trials and networks of diagnoses, of sweeps and of the dependency page. List them too:  "
            + "backflow runs --all\n",
            output,
            StringComparison.Ordinal);
        Assert.Equal(["lstm-0001", "diagnose-0001"], Ids("runs"));
        string all = Run("runs", "--all");
        Assert.Contains("gru-0002", all, StringComparison.Ordinal);
        Assert.DoesNotContain("Left out", all, StringComparison.Ordinal);
        Assert.Equal(["lstm-0001", "gru-0002", "gru-0001", "diagnose-0001"], Ids("runs", "--all"));
    }

    [Fact]
    public void Runs_Filter_ListsWhatMatches()
    {
        Run("runs", "tag", "lstm-0001", "good", "paper-3");
        foreach (string filter in (string[])["tag:good", "lstm adding", "/^LSTM/"])
        {
            Assert.Equal(["lstm-0001"], Ids("runs", "--filter", filter));
        }

        Assert.Equal(["gru-0002", "gru-0001"], Ids("runs", "list", "--all", "--filter=/^gru-/"));
        Assert.Equal("No run matches the filter.\n", Run("runs", "--filter", "tag:goo"));
        Assert.StartsWith("Left out: 2 trials", Run("runs", "--filter", "gru"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/a(/")]
    [InlineData("/(a)\\1/")]
    [InlineData("")]
    public void Runs_FilterThatIsNone_IsNamedWithOneThatWorks(string filter)
    {
        ProcessResult result = BackflowProcess.Run(_folder.Path, "runs", "--filter", filter);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--filter must be words, or a regular expression", result.Error, StringComparison.Ordinal);
        Assert.Contains("/^(lstm|gru)-00/", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void TagAndNote_AreKeptShownAndTakenOff()
    {
        Assert.Equal("Run lstm-0001 has the tags good, paper-3.\n", Run("runs", "tag", "lstm-0001", "paper-3", "good"));
        Assert.Equal("The note of run lstm-0001 is kept.\n", Run("runs", "note", "lstm-0001", "Learnt it all."));
        JsonElement run = BackflowProcess.Run(_folder.Path, "runs", "show", "lstm-0001", "--json").Json()[0];
        Assert.Equal(
            ["good", "paper-3"], run.GetProperty("tags").EnumerateArray().Select(static tag => tag.GetString()));
        Assert.Equal("Learnt it all.", run.GetProperty("note").GetString());
        string shown = Run("runs", "show", "lstm-0001");
        Assert.Contains("good paper-3", shown, StringComparison.Ordinal);
        Assert.Contains("Learnt it all.", shown, StringComparison.Ordinal);
        Assert.Contains("good paper-3", Run("runs"), StringComparison.Ordinal);

        Assert.Equal(
            "Run lstm-0001 has no tags.\n", Run("runs", "tag", "lstm-0001", "good", "paper-3", "--remove"));
        Assert.Equal("Run lstm-0001 has no note.\n", Run("runs", "note", "lstm-0001", ""));
        Assert.DoesNotContain("Learnt", Run("runs", "show", "lstm-0001"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "'two words' cannot be a tag; allowed are 1 to 64 visible characters without spaces.", "tag", "two words")]
    [InlineData("A note has at most 4000 characters, and this one has 4001; shorten it.", "note", null)]
    public void TagAndNote_ThatAreNone_AreRefusedInASentence(string sentence, string command, string? text)
    {
        ProcessResult result =
            BackflowProcess.Run(_folder.Path, "runs", command, "lstm-0001", text ?? new string('x', 4001));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(sentence, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    private static string Add(RunStore store, string prefix, RunKind kind, string? belongsTo = null)
    {
        string id = store.CreateRun(new RunDescription
        {
            Prefix = prefix,
            Kind = kind,
            BelongsTo = belongsTo,
            Task = "adding",
            Cell = prefix,
            ConfigurationJson = "{}",
            Seed = 1,
            ProductVersion = "0.1.0",
            Machine = "here",
            CommandLine = "backflow",
        }).Id;
        store.Finish(id, RunStatus.Completed);
        return id;
    }

    private string[] Ids(params string[] arguments) =>
    [
        .. BackflowProcess.Run(_folder.Path, [.. arguments, "--json"]).Json()
            .Select(static run => run.GetProperty("id").GetString()!),
    ];

    private string Run(params string[] arguments)
    {
        ProcessResult result = BackflowProcess.Run(_folder.Path, arguments);
        Assert.True(result.ExitCode == 0, result.Error);
        return result.Output;
    }
}
