using System.Collections.Immutable;
using Backflow.Runs.Columns;
using Backflow.Runs.Manifest;
using Backflow.Runs.Recording;
using Backflow.Tensors;

namespace Backflow.Runs.Tests;

public sealed class RunStoreRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FixedClock _clock = new();
    private readonly RunStore _store;

    public RunStoreRunTests() => _store = _folder.Open(_clock);

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void CreateRun_Description_ComesBack()
    {
        RunManifest run = _store.CreateRun(Example.Description());

        Assert.Equal(
            new RunManifest
            {
                Id = "lstm-0001",
                Name = "lstm-0001",
                Status = RunStatus.Running,
                Created = _clock.Now,
                Updated = _clock.Now,
                Task = "adding",
                Cell = "lstm",
                ConfigurationJson = """{"hiddenSize":64}""",
                Seed = Example.Seed,
                ProductVersion = "0.1.0",
                Machine = "Linux x64, 2 cores",
                CommandLine = "backflow train --task adding",
                ProcessId = Environment.ProcessId,
                Heartbeat = _clock.Now,
            },
            run);
        Assert.Equal(run, _store.GetRun(run.Id));
    }

    [Fact]
    public void CreateRun_FolderOfADeletedStore_IsLeftAsItIs()
    {
        string left = Path.Combine(_folder.Folder, "backflow-checkpoints", "lstm-0001", "step-000000900.safetensors");
        Directory.CreateDirectory(Path.GetDirectoryName(left)!);
        File.WriteAllText(left, "of another store");
        RunManifest run = _store.CreateRun(Example.Description());
        Assert.Equal("lstm-0002", run.Id);
        _store.Checkpoints.Save(run.Id, 0, [Tensor.FromSingles("weights", [1], [1f])]);
        Assert.Equal("of another store", File.ReadAllText(left));
    }

    [Fact]
    public void CreateRun_SamePrefix_CountsOnAndNeverGivesAnIdTwice()
    {
        _store.CreateRun(Example.Description());
        string second = _store.CreateRun(Example.Description()).Id;
        _store.Finish(second, RunStatus.Completed);
        _store.Delete(second);

        Assert.Equal("lstm-0003", _store.CreateRun(Example.Description()).Id);
        Assert.Equal("gru-0001", _store.CreateRun(Example.Description("gru")).Id);
    }

    [Fact]
    public void CreateRun_IdThatIsSomeonesName_IsSkipped()
    {
        _store.CreateRun(Example.Description("gru", name: "lstm-0001"));
        Assert.Equal("lstm-0002", _store.CreateRun(Example.Description()).Id);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-lstm")]
    [InlineData("LSTM")]
    [InlineData("../lstm")]
    [InlineData("lstm\n")]
    [InlineData("a2345678901234567890123456789012345678901234567890x")]
    public void CreateRun_BadPrefix_IsRefused(string prefix)
    {
        Assert.Throws<ArgumentException>(() => _store.CreateRun(Example.Description(prefix)));
        Assert.Empty(_store.ListRuns());
    }

    [Fact]
    public void FindRun_IdNameOrUniquePrefix_FindsTheRun()
    {
        _store.CreateRun(Example.Description(name: "first try"));
        _store.CreateRun(Example.Description("gru"));

        Assert.Equal("lstm-0001", _store.FindRun("lstm-0001").Id);
        Assert.Equal("lstm-0001", _store.FindRun("first try").Id);
        Assert.Equal("lstm-0001", _store.FindRun("fir").Id);
        Assert.Equal("gru-0001", _store.FindRun("g").Id);
    }

    [Fact]
    public void FindRun_ExactId_WinsOverLongerOnes()
    {
        _store.CreateRun(Example.Description(name: "a"));
        _store.CreateRun(Example.Description(name: "ab"));
        Assert.Equal("lstm-0001", _store.FindRun("a").Id);
    }

    [Fact]
    public void FindRun_AmbiguousPrefix_ListsThem()
    {
        _store.CreateRun(Example.Description());
        _store.CreateRun(Example.Description());

        RunNotFoundException failure = Assert.Throws<RunNotFoundException>(() => _store.FindRun("lstm"));
        Assert.Equal<string>(["lstm-0002", "lstm-0001"], failure.Candidates);
        Assert.Equal(
            "'lstm' begins the names of 2 runs (lstm-0002, lstm-0001); type one of them in full.", failure.Message);
    }

    [Fact]
    public void FindRun_Unknown_ListsTheNearest()
    {
        _store.CreateRun(Example.Description());
        _store.CreateRun(Example.Description("gru"));

        RunNotFoundException failure = Assert.Throws<RunNotFoundException>(() => _store.FindRun("lsmt-0001"));
        Assert.Equal("lstm-0001", failure.Candidates[0]);
        Assert.StartsWith(
            "There is no run 'lsmt-0001'; nearest are lstm-0001", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FindRunInFull_BeginningOfAName_ChangesNothingAndNamesTheRun()
    {
        _store.CreateRun(Example.Description(name: "exp-10"));

        RunNotFoundException failure = Assert.Throws<RunNotFoundException>(() => _store.FindRunInFull("exp-1"));
        Assert.Equal(
            "No run is called 'exp-1', and what changes a run takes a whole id or name; lstm-0001 (exp-10) begins like "
            + "it.",
            failure.Message);
        Assert.Equal<string>(["lstm-0001"], failure.Candidates);
        Assert.Throws<RunNotFoundException>(() => _store.FindRunInFull("lstm"));
        Assert.Throws<RunNotFoundException>(() => _store.FindRunInFull("EXP-10"));
        Assert.Equal("lstm-0001", _store.FindRunInFull("exp-10").Id);
        Assert.Equal("lstm-0001", _store.FindRunInFull("lstm-0001").Id);
    }

    [Fact]
    public void FindRun_UnknownName_ListsNamesBesideIds()
    {
        _store.CreateRun(Example.Description(name: "exp-10"));
        Assert.StartsWith(
            "There is no run 'epx-10'; nearest are lstm-0001 (exp-10).",
            Assert.Throws<RunNotFoundException>(() => _store.FindRun("epx-10")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void FindRun_EmptyStore_SaysHowToStart() =>
        Assert.Equal(
            new WayOut(WayOutKind.Train),
            Assert.Throws<RunNotFoundException>(() => _store.FindRun("x")).WayOut);

    [Fact]
    public void Rename_NewName_IsFoundAndDatesTheRun()
    {
        string id = _store.CreateRun(Example.Description()).Id;
        _clock.Now += TimeSpan.FromMinutes(1);
        _store.Rename(id, "Größe 64 ∂");

        RunManifest run = _store.FindRun("Größe 64 ∂");
        Assert.Equal((id, "Größe 64 ∂", _clock.Now), (run.Id, run.Name, run.Updated));
        _store.Rename(id, id);
    }

    [Theory]
    [InlineData("gru-0001")]
    [InlineData("taken")]
    [InlineData(" ")]
    [InlineData("two\nlines")]
    [InlineData("live\u202eevil")]
    [InlineData("a\u2068b")]
    [InlineData("zero\u200bwidth")]
    [InlineData("\u001b[31mred")]
    public void Rename_TakenOrInvisibleName_IsRefused(string name)
    {
        string id = _store.CreateRun(Example.Description()).Id;
        _store.CreateRun(Example.Description("gru", name: "taken"));
        Assert.Throws<RunStoreException>(() => _store.Rename(id, name));
        Assert.Equal(id, _store.GetRun(id).Name);
    }

    [Fact]
    public void Rename_UnknownRun_IsRefused() =>
        Assert.Throws<RunNotFoundException>(() => _store.Rename("lstm-0001", "x"));

    [Theory]
    [InlineData(0.25)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(null)]
    public void Finish_Losses_ComeBack(double? loss)
    {
        string id = _store.CreateRun(Example.Description()).Id;
        _store.Finish(id, RunStatus.Diverged, trainingLoss: loss);

        RunManifest run = _store.GetRun(id);
        Assert.Equal(RunStatus.Diverged, run.Status);
        Assert.Equal(loss, run.FinalTrainingLoss);
        Assert.Null(run.FinalValidationLoss);
    }

    [Fact]
    public void ListRuns_AThousandRuns_AreListedNewestFirst()
    {
        for (int i = 0; i < 1_000; i++)
        {
            _clock.Now += TimeSpan.FromSeconds(1);
            _store.CreateRun(Example.Description(i % 2 == 0 ? "lstm" : "gru"));
        }

        ImmutableArray<RunManifest> runs = _store.ListRuns();
        Assert.Equal(1_000, runs.Length);
        Assert.Equal("gru-0500", runs[0].Id);
        Assert.Equal("lstm-0001", runs[^1].Id);
    }

    [Fact]
    public void Delete_Run_RemovesItsColumnsAndFilesAndNoOtherRuns()
    {
        string[] ids = [_store.CreateRun(Example.Description()).Id, _store.CreateRun(Example.Description()).Id];
        foreach (string id in ids)
        {
            using RunRecorder recorder = _store.OpenRecorder(id);
            for (int step = 1; step <= 2_000; step++)
            {
                recorder.Scalar("training-loss", step, step);
                recorder.Row("norm", layer: 0, step, [1, 2, 3]);
            }

            recorder.Sample(1, "text");
            recorder.Event(1, RunEventLevel.Error, "title", "text");
            _store.Checkpoints.Save(id, 1, [Tensor.FromSingles("w", [1], [1])]);
            _store.Checkpoints.Pin(id, 1, "best");
            recorder.Finish(RunStatus.Completed);
        }

        long pages = (long)_folder.Sql("PRAGMA page_count;")!;
        _store.Delete(ids[0]);

        Assert.Equal([ids[1]], _store.ListRuns().Select(run => run.Id));
        Assert.False(Directory.Exists(Path.Combine(_store.Checkpoints.Folder, ids[0])));
        Assert.Equal(1, _store.Checkpoints.LoadLatest(ids[1]).Checkpoint.Step);
        Assert.Equal(2_000, _store.OpenReader(ids[1]).Scalars("training-loss").Count);
        foreach (string table in (string[])["sample", "event", "checkpoint", "checkpoint_pin"])
        {
            Assert.Equal(1L, _folder.Sql($"SELECT COUNT(*) FROM {table};"));
        }

        Assert.Equal(2_000L, _folder.Sql("SELECT COUNT(*) FROM scalar;"));
        Assert.Equal(0L, _folder.Sql("PRAGMA freelist_count;"));
        Assert.True((long)_folder.Sql("PRAGMA page_count;")! < pages, "The freed pages were not given back.");
    }

    [Fact]
    public void Delete_RunThatIsTrained_IsRefused()
    {
        string id = _store.CreateRun(Example.Description()).Id;
        using RunRecorder recorder = _store.OpenRecorder(id);
        Assert.Throws<RunStoreException>(() => _store.Delete(id));
        Assert.Single(_store.ListRuns());
    }

    [Theory]
    [InlineData("..")]
    [InlineData("../outside")]
    [InlineData("/")]
    [InlineData(".")]
    public void Delete_IdThatIsAPath_DeletesNothing(string id)
    {
        string outside = Path.Combine(_folder.Folder, "outside");
        Directory.CreateDirectory(outside);
        Directory.CreateDirectory(_store.Checkpoints.Folder);
        string run = _store.CreateRun(Example.Description()).Id;
        _store.Finish(run, RunStatus.Completed);
        Assert.Throws<RunNotFoundException>(() => _store.Delete(id));

        // A store that another program has changed.
        _folder.Sql($"UPDATE run SET id = '{id}';");
        Assert.Throws<RunFormatException>(() => _store.Delete(id));
        Assert.True(Directory.Exists(outside));
        Assert.True(Directory.Exists(_store.Checkpoints.Folder));
        Assert.Equal(id, Assert.Single(_store.ListRuns()).Id);
    }

    [Fact]
    public void Delete_FolderThatIsALink_RemovesTheLinkAlone()
    {
        string id = _store.CreateRun(Example.Description()).Id;
        _store.Finish(id, RunStatus.Completed);
        string outside = Directory.CreateDirectory(Path.Combine(_folder.Folder, "outside")).FullName;
        string precious = Path.Combine(outside, "precious");
        File.WriteAllText(precious, "");
        Directory.CreateDirectory(_store.Checkpoints.Folder);
        string link = Path.Combine(_store.Checkpoints.Folder, id);
        Directory.CreateSymbolicLink(link, outside);

        _store.Delete(id);
        Assert.True(File.Exists(precious));
        Assert.False(Path.Exists(link));
    }
}
