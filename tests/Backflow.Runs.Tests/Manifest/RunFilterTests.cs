using System.Diagnostics;
using System.Text.Json;
using Backflow.Runs.Manifest;

namespace Backflow.Runs.Tests.Manifest;

public sealed class RunFilterTests : IDisposable
{
    private static readonly JsonElement Shared = JsonElement.Parse(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "run-filters.json")));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The page of runs reads the same cases.</summary>
    [Fact]
    public void Matches_CasesOfTerminalAndPage_AreAsTheySay()
    {
        JsonElement described = Shared.GetProperty("run");
        string Text(string name) => described.GetProperty(name).GetString()!;
        using RunStore store = _folder.Open();
        RunManifest run = store.CreateRun(Example.Description()) with
        {
            Id = Text("id"),
            Name = Text("name"),
            Task = Text("task"),
            Cell = Text("cell"),
            Status = Enum.Parse<RunStatus>(Text("status"), ignoreCase: true),
            Tags = [.. described.GetProperty("tags").EnumerateArray().Select(static tag => tag.GetString()!)],
            Note = Text("note"),
        };
        JsonProperty[] filters = [.. Shared.GetProperty("filters").EnumerateObject()];
        Assert.True(filters.Length > 15);
        Assert.All(filters, filter => Assert.Equal(
            filter.Value.ValueKind == JsonValueKind.Null ? null : filter.Value.GetBoolean(),
            RunFilter.TryParse(filter.Name)?.Matches(run)));
    }

    /// <summary>Patterns that take engines with backtracking an age.</summary>
    [Fact]
    public void Matches_PatternThatBacktracks_IsQuick()
    {
        using RunStore store = _folder.Open();
        RunManifest run = store.CreateRun(Example.Description()) with { Note = new string('a', 4000) };
        long start = Stopwatch.GetTimestamp();
        Assert.False(RunFilter.TryParse("/^(a+)+$b/")!.Matches(run));
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(5));
        Assert.Null(RunFilter.TryParse("/(a)\\1/"));
    }

    [Fact]
    public void TryParse_LongerThanItsBound_IsNone()
    {
        Assert.NotNull(RunFilter.TryParse(new string('a', RunFilter.Longest)));
        Assert.Null(RunFilter.TryParse(new string('a', RunFilter.Longest + 1)));
    }
}
