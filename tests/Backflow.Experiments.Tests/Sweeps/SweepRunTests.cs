using System.Collections.Immutable;
using Backflow.Experiments.Recording;
using Backflow.Experiments.Studies;
using Backflow.Experiments.Sweeps;
using Backflow.Runs;
using Backflow.Runs.Manifest;
using Backflow.Runs.Recording;
using Backflow.Runs.Requests;
using Backflow.Training;
using Xunit;

namespace Backflow.Experiments.Tests.Sweeps;

public sealed class SweepRunTests : IDisposable
{
    private static readonly TrainingConfiguration Small = TrainingOptions.DefaultsOf("adding") with
    {
        TaskOptions = ImmutableSortedDictionary.CreateRange([KeyValuePair.Create("length", 8)]),
        HiddenSize = 6,
        BatchSize = 4,
        Steps = 36,
        Schedule = "cosine",
        LogInterval = 5,
        ValidationInterval = 0,
        CheckpointInterval = 10,
        Telemetry = "off",
    };

    private static readonly SweepDefinition Cells = new()
    {
        Fixed = Small,
        Grid = [new("cell", ["rnn", "lstm", "gru"])],
        Seeds = [1, 2],
    };

    private static readonly SweepDefinition Halved = new()
    {
        Fixed = Small,
        Grid = [new("learning-rate", ["0.0001", "0.001", "0.003", "0.01", "0.03", "0.1"])],
        Seeds = [1, 2],
        Rungs = 3,
        Factor = 2,
    };

    private readonly TemporaryStore _temporary = new();

    private RunStore Store => _temporary.Store;

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Train_EveryMember_HasTheBitsThatItHasAlone()
    {
        SweepReport report = Train(Cells, "cells");
        Assert.Equal((SweepEnd.Complete, 6, 6), (report.End, report.Counts.All, report.Counts.Completed));
        Assert.Equal(
            Enumerable.Range(1, 6).Select(static i => $"cells-00{i}"), report.Members.Select(static one => one.Name));
        Assert.All(report.Members, member => Assert.Equal(
            report.RunId, Store.GetRun(member.RunId!).BelongsTo));
        foreach (SweepMemberRow member in report.Members)
        {
            TrainingConfiguration alone = Small with { Cells = [member.Values[0]!], Seed = member.Seed };
            Assert.Equal(Bits(Alone(alone)), Bits(member.RunId!));
        }

        Assert.Equal(
            report.Points.Select(static row => row.Mean), report.Points.Select(static row => row.Mean).Order());
        Assert.Equal(RunStatus.Completed, Store.GetRun(report.RunId).Status);
        Assert.Equal("rnn,lstm,gru", Store.GetRun(report.RunId).Cell);
    }

    [Fact]
    public void Train_CancelledAndAgain_ComesToTheSameBitsAndTrainsNothingTwice()
    {
        string[] whole = [.. Train(Cells, "whole").Members.Select(one => Bits(one.RunId!))];
        using CancellationTokenSource source = new();
        WatchedEngine stopping = Stopping(new LocalEngine(1), source, afterEnds: 2);
        SweepReport cut = Train(Cells, "cut", stopping, source);
        Assert.Equal((SweepEnd.Interrupted, 2), (cut.End, cut.Counts.Completed));
        Assert.Equal(1, cut.Counts.Interrupted);
        Assert.Equal(RunStatus.Interrupted, Store.GetRun(cut.RunId).Status);

        CountingEngine counting = new(new LocalEngine(2));
        SweepReport goneOn = Train(Cells, "cut", counting);
        Assert.Equal(["cut-003", "cut-004", "cut-005", "cut-006"], counting.Begun.Order());
        Assert.Equal(SweepEnd.Complete, goneOn.End);
        Assert.Equal(cut.RunId, goneOn.RunId);
        Assert.Equal(whole, goneOn.Members.Select(one => Bits(one.RunId!)));
        Assert.Equal(
            cut.Members.Take(3).Select(static one => one.RunId),
            goneOn.Members.Take(3).Select(static one => one.RunId));

        CountingEngine none = new(new LocalEngine(2));
        Train(Cells, "cut", none);
        Assert.Empty(none.Begun);
    }

    [Fact]
    public void Halving_KeepsWhatASortOfTheMetricSays_AndSurvivorsHaveTheBitsOfWholeTrainings()
    {
        SweepReport report = Train(Halved, "rates");

        // What a sort says: whole trainings that validate where the rungs are.
        Dictionary<string, Dictionary<ulong, string>> whole = [];
        foreach (string rate in Halved.Grid[0].Values)
        {
            TrainingConfiguration configuration = TrainingOptions.With(
                Small with { ValidationInterval = 9 }, new Telemetry.Setting("LearningRate", rate));
            whole[rate] = Halved.Seeds.ToDictionary(
                static seed => seed, seed => Alone(configuration with { Seed = seed }));
        }

        string[] first = Best(Halved.Grid[0].Values, 9, 3);
        string[] second = Best(first, 18, 2);
        string[] last = Best(second, 36, 2);
        Assert.Equal(last, report.Points.Take(2).Select(static row => row.Values[0]!));
        Assert.Equal([3, 3, 2, 1, 1, 1], report.Points.Select(static row => row.Rung));
        Assert.Equal(first.Except(second), report.Points.Skip(2).Take(1).Select(static row => row.Values[0]!));
        Assert.Equal((4, 8), (report.Counts.Completed, report.Counts.Stopped));
        foreach (SweepMemberRow member in report.Members)
        {
            string rate = member.Values[0]!;
            long steps = last.Contains(rate) ? 36 : second.Contains(rate) || first.Contains(rate) ? 18 : 9;
            Assert.Equal((steps, steps == 36), (member.Step, member.Status == MemberStatus.Completed));
            Assert.Equal(Losses(whole[rate][member.Seed]).Take((int)steps), Losses(member.RunId!));
            if (steps == 36)
            {
                Assert.Equal(Bits(whole[rate][member.Seed]), Bits(member.RunId!));
            }
            else
            {
                Assert.Matches(
                    @"^Its point was number \d of \d by validation loss, [\d.]+, at step \d+; the best \d go on\.$",
                    member.Reason!);
            }
        }

        string[] Best(IEnumerable<string> rates, long step, int kept) =>
        [
            .. rates.OrderBy(rate => whole[rate].Values.Average(run =>
                Store.OpenReader(run).Scalars("validation-loss", new(step, step)).Values[0])).Take(kept),
        ];
    }

    [Fact]
    public void Halving_ByTheReach_MeasuresItAtTheRung()
    {
        SweepReport report = Train(
            Halved with
            {
                Fixed = Small with
                {
                    Telemetry = "economy",
                    ReachInterval = 1000,
                    ForgetBias = 5,
                    TaskOptions = Small.TaskOptions.SetItem("length", 40),
                },
                Grid = [new("cell", ["rnn", "lstm"])],
                Rungs = 2,
                Seeds = [1],
                Metric = SweepMetric.Of("gradient-reach", null),
            },
            "reach");
        Assert.Equal(["lstm", "rnn"], report.Points.Select(static row => row.Values[0]!));
        Assert.Equal([36, 18], report.Points.Select(static row => row.Step));
        SweepMemberRow stopped = report.Members[0];
        Assert.Equal(
            Store.OpenReader(stopped.RunId!).Scalars("gradient-reach", new(18, 18)).Values.Single(), stopped.Value);
        Assert.True(report.Points[0].Mean > stopped.Value);
    }

    [Fact]
    public void Halving_CutAtAnyPlace_DecidesTheSame()
    {
        SweepReport whole = Train(Halved, "whole", new LocalEngine(1));
        SweepReport? report = null;
        for (int ends = 1; report is not { End: SweepEnd.Complete }; ends++)
        {
            using CancellationTokenSource source = new();
            report = Train(
                Halved, "cut", Stopping(new LocalEngine(2), source, ends), source);
        }

        Assert.Equal(
            whole.Points.Select(static row => (row.Values[0], row.Step, row.Mean)),
            report.Points.Select(static row => (row.Values[0], row.Step, row.Mean)));
        Assert.Equal(
            whole.Members.Select(one => (one.Status, one.Step, Bits(one.RunId!))),
            report.Members.Select(one => (one.Status, one.Step, Bits(one.RunId!))));
    }

    [Fact]
    public void Halving_KilledBetweenAValueAndItsCheckpoint_DoesTheStepsAgain()
    {
        SweepReport whole = Train(Halved, "whole", new LocalEngine(1));
        using CancellationTokenSource source = new();
        SweepReport cut = Train(Halved, "cut", Stopping(new LocalEngine(1), source, afterEnds: 2), source);
        SweepMemberRow under = cut.Members[2];
        Assert.Equal((MemberStatus.Interrupted, true), (under.Status, under.Step < 9));

        // As a kill leaves it: the loss of the rung's step was written, and neither its validation nor a checkpoint.
        using (RunRecorder recorder = Store.OpenRecorder(under.RunId!))
        {
            recorder.Scalar("training-loss", 9, 0.5);
        }

        SweepReport goneOn = Train(Halved, "cut");
        Assert.Equal(
            whole.Points.Select(static row => (row.Values[0], row.Step, row.Mean)),
            goneOn.Points.Select(static row => (row.Values[0], row.Step, row.Mean)));
        Assert.Equal(Bits(whole.Members[2].RunId!), Bits(under.RunId!));
    }

    [Fact]
    public void Halving_KilledBeforeAFirstCheckpoint_TrainsThatMemberAnew()
    {
        SweepReport whole = Train(Halved, "whole");
        using CancellationTokenSource source = new();
        SweepReport cut = Train(Halved, "cut", Stopping(new LocalEngine(1), source, afterEnds: 2), source);
        SweepMember member = new SweepPlan(Halved).Members[^1];
        RecordedRun.Create(
            Store,
            member.Configuration,
            member.NameIn("cut"),
            "backflow sweep",
            new SilentObserver(),
            TimeProvider.System,
            belongsTo: cut.RunId).Dispose();

        SweepReport goneOn = Train(Halved, "cut");
        Assert.Equal(
            whole.Members.Select(one => (one.Status, one.Step, one.Value, Bits(one.RunId!))),
            goneOn.Members.Select(one => (one.Status, one.Step, one.Value, Bits(one.RunId!))));
    }

    [Fact]
    public void GoOn_TextThatIsAnotherOne_IsRefused()
    {
        string text = Path.Combine(Path.GetDirectoryName(Store.Path)!, "book.txt");
        File.WriteAllText(text, string.Concat(Enumerable.Repeat("a few words. ", 100)));
        SweepDefinition definition = new()
        {
            Fixed = Small with { Task = null, TaskOptions = null!, TextPath = text, SequenceLength = 8, Steps = 3 },
            Grid = Cells.Grid,
            Seeds = [1],
        };
        Assert.Equal(3, Train(definition, "texts").Counts.Completed);
        File.AppendAllText(text, "More.");
        Assert.Equal(
            $"{text} is not the text that sweep texts began with.",
            Assert.Throws<ExperimentException>(() => SweepRun.GoOn(Store, "texts", TimeProvider.System)).Message);
        Assert.Equal(
            "There is a sweep texts with another definition; what differs: the text.", Refused(definition, "texts"));
        File.Delete(text);
        Assert.StartsWith($"{text} cannot be read: ", Refused(definition, "more"), StringComparison.Ordinal);
    }

    [Fact]
    public void Train_MemberThatDiverges_IsNamedWithItsReasonAndTheOthersGoOn()
    {
        SweepReport report = Train(
            Cells with
            {
                Fixed = Small with { Optimizer = "sgd", ClipNorm = 0, Cells = ["rnn-relu"] },
                Grid = [new("learning-rate", ["0.001", "1e10"])],
            },
            "wild");
        Assert.Equal((SweepEnd.Complete, 2, 2), (report.End, report.Counts.Completed, report.Counts.Failed));
        Assert.Equal("0.001", report.Points[0].Values[0]);
        Assert.Equal((null, 2), (report.Points[1].Mean, report.Points[1].Missing));
        Assert.Equal(2, SweepLayout.Reasons(report).Count());
        Assert.Matches(
            @"^wild-003 failed: Loss or gradient of step \d+ is NaN or infinite\.$",
            SweepLayout.Reasons(report).First());
        CountingEngine none = new(new LocalEngine(1));
        Train(
            Cells with
            {
                Fixed = Small with { Optimizer = "sgd", ClipNorm = 0, Cells = ["rnn-relu"] },
                Grid = [new("learning-rate", ["0.001", "1e10"])],
            },
            "wild",
            none);
        Assert.Empty(none.Begun);
    }

    [Fact]
    public void Train_MemberThatCannotBegin_IsNamedWithItsReason()
    {
        string text = Path.Combine(Path.GetDirectoryName(Store.Path)!, "short.txt");
        File.WriteAllText(text, string.Concat(Enumerable.Repeat("a few words. ", 40)));
        SweepReport report = Train(
            new SweepDefinition
            {
                Fixed = new TrainingConfiguration
                {
                    TextPath = text,
                    HiddenSize = 4,
                    EmbeddingSize = 4,
                    SequenceLength = 8,
                    Steps = 2,
                },
                Grid = [new("batch-size", ["2", "4096"])],
                Seeds = [1],
            },
            "texts");
        Assert.Equal((1, 1), (report.Counts.Completed, report.Counts.Failed));
        Assert.Contains("texts-002 failed: ", SweepLayout.Reasons(report).Single(), StringComparison.Ordinal);
        Assert.Equal(
            SweepLayout.Reasons(report), SweepLayout.Reasons(StoredSweep.Report(Store, "texts")));
    }

    [Fact]
    public void Begin_AnotherDefinitionOrATakenName_IsRefused()
    {
        Train(Cells, "cells", new LocalEngine(1));
        Assert.Equal(
            "There is a sweep cells with another definition; what differs: the fixed settings, the seeds.",
            Refused(Cells with { Seeds = [1], Fixed = Small with { Steps = 37 } }, "cells"));
        Alone(Small, "other-001");
        Assert.Equal("The sweep needs the name other-001, and run lstm-0003 has it.", Refused(Cells, "other"));
        Assert.Equal("The sweep needs the name cells-001, and run rnn-0001 has it.", Refused(Cells, "cells-001"));
    }

    [Fact]
    public void Begin_WithoutAName_FindsTheSweepOfTheSameDefinition()
    {
        SweepReport first = Train(Cells, name: null);
        Assert.Equal("sweep-0001", first.Name);
        CountingEngine none = new(new LocalEngine(1));
        Assert.Equal(first.RunId, Train(Cells, name: null, none).RunId);
        Assert.Empty(none.Begun);
        Assert.Equal("sweep-0002", Train(Cells with { Seeds = [3, 4] }, name: null).Name);
    }

    [Fact]
    public void Train_RenamedSweep_FindsItsMembers()
    {
        SweepReport first = Train(Cells, "before");
        Store.Rename(first.RunId, "after");
        CountingEngine none = new(new LocalEngine(1));
        SweepReport again = Train(Cells, "after", none);
        Assert.Empty(none.Begun);
        Assert.Equal(first.Members.Select(static one => one.RunId), again.Members.Select(static one => one.RunId));
    }

    [Fact]
    public void Train_CancelledThroughTheStore_SavesAndGoesOnWhenAsked()
    {
        SweepDefinition longer = Cells with { Fixed = Small with { Steps = 100_000_000 } };
        WatchedEngine asking = Asking(new LocalEngine(2), () =>
        {
            using RunStore other = RunStore.OpenExisting(Store.Path);
            Assert.NotNull(StoredSweep.Cancel(other, "cells"));
        });
        SweepReport report = Train(longer, "cells", asking);
        Assert.Equal((SweepEnd.Cancelled, 2), (report.End, report.Counts.Interrupted));
        Assert.Equal(SweepEnd.Cancelled, StoredSweep.Report(Store, "cells").End);
        Assert.Null(StoredSweep.Cancel(Store, "cells"));
        foreach (SweepMemberRow member in report.Members.Take(2))
        {
            Assert.Equal(member.Step, Store.Checkpoints.LoadLatest(member.RunId!).Checkpoint.Step);
        }
    }

    [Fact]
    public void Train_MemberThatIsAskedToEnd_IsOverAndTheOthersGoOn()
    {
        WatchedEngine asking = Asking(
            new LocalEngine(1), () => RunControl.Ask(Store, "rnn-0001", RunRequestKind.Stop));
        SweepDefinition two = Cells with
        {
            Fixed = Small with { Cells = ["rnn"] },
            Grid = [new("steps", ["100000000", "20"])],
            Seeds = [1],
        };
        SweepReport report = Train(two, "steps", asking);
        Assert.Equal([MemberStatus.Stopped, MemberStatus.Completed], report.Members.Select(static one => one.Status));
        Assert.StartsWith("It was asked to end after step ", report.Members[0].Reason, StringComparison.Ordinal);
        CountingEngine none = new(new LocalEngine(1));
        Train(two, "steps", none);
        Assert.Empty(none.Begun);
    }

    [Fact]
    public void Train_BudgetOfTime_EndsWithCheckpointsAndGoesOn()
    {
        SweepDefinition longer = Cells with { Fixed = Small with { Steps = 100_000_000 }, Minutes = 0.02 };
        SweepReport report = Train(longer, "cells");
        Assert.Equal((SweepEnd.OutOfTime, 2), (report.End, report.Counts.Interrupted));
        Assert.All(report.Members.Take(2), static one => Assert.True(one.Step > 0));

        // The same with more time is the same sweep.
        Assert.Equal(report.RunId, Train(longer with { Minutes = 0.01 }, "cells").RunId);
    }

    [Fact]
    public void Progress_ComesToItsEndAndNamesTheBest()
    {
        List<StudyProgress> told = [];
        SweepReport report = Train(Halved, "rates", new LocalEngine(2), progress: told.Add);
        Assert.Equal(1, told.Max(static one => one.Done / one.Total), 1e-9);
        Assert.All(told, static one => Assert.InRange(one.Done, 0, one.Total));
        Assert.Contains("4 of 12 done, 0 running, 8 stopped · best validation loss ", told[^1].Text,
            StringComparison.Ordinal);
        Assert.Contains($"(learning-rate {report.Points[0].Values[0]})", told[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Html_OfASweep_HasItsDrawingsAndEscapesNames()
    {
        string html = SweepLayout.Html(Train(Halved, "<b>&rates"));
        Assert.Contains("Sweep &lt;b&gt;&amp;rates", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", html, StringComparison.Ordinal);
        Assert.Equal(2, html.Split("<svg").Length - 1);
        Assert.Equal(6, html.Split("<polyline").Length - 1);
        Assert.DoesNotContain("NaN", html, StringComparison.Ordinal);
    }

    private SweepReport Train(
        SweepDefinition definition,
        string? name,
        IMemberEngine? engine = null,
        CancellationTokenSource? end = null,
        Action<StudyProgress>? progress = null)
    {
        using SweepRun sweep = SweepRun.Begin(
            Store, new SweepPlan(definition), name, "backflow sweep", TimeProvider.System);
        SweepReport report = sweep.Train(
            engine ?? new LocalEngine(2), progress ?? (static _ => { }), end?.Token ?? CancellationToken.None);
        sweep.Record(report);
        return report;
    }

    private string Refused(SweepDefinition definition, string name) =>
        Assert.Throws<ExperimentException>(() => Train(definition, name)).Message;

    private string Alone(TrainingConfiguration configuration, string? name = null)
    {
        using TrainingRun run = RecordedRun.Create(
            Store, configuration, name, "backflow train", new SilentObserver(), TimeProvider.System);
        run.Train(CancellationToken.None);
        return run.RunId;
    }

    private ImmutableArray<double> Losses(string id) => Store.OpenReader(id).Scalars("training-loss").Values;

    private string Bits(string id) => string.Join(
        '\n',
        Store.Checkpoints.LoadLatest(id).Content.Tensors
            .Select(static tensor => $"{tensor.Name} {Convert.ToHexString(tensor.Data.Span)}")
            .Append(string.Join(' ', Losses(id).Select(static loss => $"{BitConverter.DoubleToInt64Bits(loss)}"))));

    /// <summary>Remembers which trainings an engine began.</summary>
    private sealed class CountingEngine(IMemberEngine engine) : IMemberEngine
    {
        public List<string> Begun { get; } = [];

        public void Train(
            MemberTraining training,
            ImmutableArray<SweepMember> members,
            int rung,
            IMemberObserver observer,
            CancellationToken cancellation)
        {
            Begun.AddRange(members.Select(static member => member.NameIn("cut")));
            engine.Train(training, members, rung, observer, cancellation);
        }
    }

    /// <summary>Cancels while the training after some others is under way.</summary>
    private static WatchedEngine Stopping(IMemberEngine engine, CancellationTokenSource source, int afterEnds)
    {
        int ends = 0;
        return new WatchedEngine(
            engine,
            onProgress: () =>
            {
                if (Volatile.Read(ref ends) >= afterEnds)
                {
                    source.Cancel();
                }
            },
            onEnd: () => Interlocked.Increment(ref ends));
    }

    /// <summary>Does something once, when the first training is under way.</summary>
    private static WatchedEngine Asking(IMemberEngine engine, Action ask)
    {
        int asked = 0;
        return new WatchedEngine(
            engine,
            onProgress: () =>
            {
                if (Interlocked.Exchange(ref asked, 1) == 0)
                {
                    ask();
                }
            },
            onEnd: static () => { });
    }

    private sealed class WatchedEngine(IMemberEngine engine, Action onProgress, Action onEnd) : IMemberEngine
    {
        public void Train(
            MemberTraining training,
            ImmutableArray<SweepMember> members,
            int rung,
            IMemberObserver observer,
            CancellationToken cancellation) => engine.Train(
            training, members, rung, new Watching(observer, onProgress, onEnd), cancellation);
    }

    private sealed class Watching(IMemberObserver observer, Action onProgress, Action onEnd) : IMemberObserver
    {
        public void OnBegin(SweepMember member) => observer.OnBegin(member);

        public void OnProgress(SweepMember member, double share)
        {
            observer.OnProgress(member, share);
            onProgress();
        }

        public void OnEnd(SweepMember member, string? failure)
        {
            observer.OnEnd(member, failure);
            onEnd();
        }
    }
}
