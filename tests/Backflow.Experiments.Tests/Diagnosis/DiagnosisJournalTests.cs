using System.Collections.Immutable;
using Backflow.Experiments.Diagnosis;
using Backflow.Runs.Manifest;
using Backflow.Training;
using Xunit;

namespace Backflow.Experiments.Tests.Diagnosis;

/// <summary>What a diagnosis keeps of itself: readings and trials, found again by all that decides them.</summary>
public sealed class DiagnosisJournalTests
{
    private static readonly TrainingConfiguration Plain = new() { Task = "adding", Steps = 40 };

    [Fact]
    public void Again_ReadsTheSameClock_AndGoesOnFromThere()
    {
        using TemporaryStore temporary = new();
        double now = 100;
        double[] readings;
        using (DiagnosisJournal first = Open(temporary, () => now))
        {
            readings = [first.Elapsed(), Later(first, 7), Later(first, 5)];
            Assert.Equal((double[])[0, 7, 12], readings);
        }

        now = 1000;
        using DiagnosisJournal again = Open(temporary, () => now);
        double[] kept = [again.Elapsed(), Later(again, 50), Later(again, 50)];
        Assert.Equal(readings, kept);
        Assert.Equal(15, Later(again, 3));

        double Later(DiagnosisJournal journal, double seconds)
        {
            now += seconds;
            return journal.Elapsed();
        }
    }

    [Fact]
    public void Trial_Again_IsNotDone_UnlessTheUserEndedIt()
    {
        using TemporaryStore temporary = new();
        TrialRun run = new(Run(temporary), Seed: 1, Step: 40, double.PositiveInfinity, null, 3, 0.5);
        using CancellationTokenSource user = new();
        using (DiagnosisJournal first = Open(temporary))
        {
            Assert.Equal(run, first.Trial("d/a", () => run, user.Token));
            Assert.Null(first.Trial("d/of the budget", static () => null, user.Token));
            user.Cancel();
            Assert.Null(first.Trial("d/of the user", static () => null, user.Token));
            Assert.Null(first.Note);
        }

        using DiagnosisJournal again = Open(temporary);
        double? spent = null;
        again.Begins = seconds => spent = seconds;
        Assert.Equal(run, again.Trial("d/a", Fail, CancellationToken.None));
        Assert.Null(again.Trial("d/of the budget", Fail, CancellationToken.None));
        Assert.Equal("2 trials were finished before; they are not computed again.", again.Note);
        Assert.Null(spent);
        Assert.Equal(run, again.Trial("d/of the user", () => run, CancellationToken.None));
        Assert.Equal(0, spent);

        static TrialRun? Fail() => throw new InvalidOperationException("The trial was done again.");
    }

    [Fact]
    public void Open_RunOfATrialIsGone_BeginsAnewUnderAnotherTitle()
    {
        using TemporaryStore temporary = new();
        string id = Run(temporary);
        using (DiagnosisJournal first = Open(temporary))
        {
            Assert.Equal("diagnose-0001", first.Title);
            first.Trial("d/a", () => new TrialRun(id, 1, 40, 0.5, null, 3, 0.5), CancellationToken.None);
            temporary.Store.Rename(id, first.NameOf("rate ÷ 3", 1));
            Assert.Equal("diagnose-0001/rate-divided-by-3/1", temporary.Store.GetRun(id).Name);
        }

        using (DiagnosisJournal again = Open(temporary))
        {
            Assert.Equal("diagnose-0001", again.Title);
        }

        string other = Run(temporary);
        temporary.Store.Delete(id);
        temporary.Store.Rename(other, "diagnose-0001/other/1");
        using DiagnosisJournal anew = Open(temporary);
        Assert.Equal("diagnose-0002", anew.Title);
    }

    [Fact]
    public void SubjectOf_IsAllThatDecides_AndNotTheThreads()
    {
        string subject = Subject(Plain);
        Assert.Equal(subject, Subject(Plain with { Threads = 7 }));
        Assert.NotEqual(subject, Subject(Plain with { Seed = 2 }));
        Assert.NotEqual(subject, DiagnosisJournal.SubjectOf(Remedies(Plain), "other", TimeSpan.FromSeconds(1)));
        Assert.NotEqual(subject, DiagnosisJournal.SubjectOf(Remedies(Plain), "data", TimeSpan.FromSeconds(2)));

        // The same name with another weight decay, as where that of the run does harm.
        ImmutableArray<Remedy> harmless =
            Remedies(Plain).SetItem(1, new("GRU", Plain with { Cells = ["gru"], WeightDecay = 0.01 }));
        Assert.NotEqual(subject, DiagnosisJournal.SubjectOf(harmless, "data", TimeSpan.FromSeconds(1)));
    }

    private static string Subject(TrainingConfiguration configuration) =>
        DiagnosisJournal.SubjectOf(Remedies(configuration), "data", TimeSpan.FromSeconds(1));

    private static ImmutableArray<Remedy> Remedies(TrainingConfiguration configuration) =>
        [new("as it is", configuration), new("GRU", configuration with { Cells = ["gru"] })];

    private static DiagnosisJournal Open(TemporaryStore temporary, Func<double>? seconds = null) =>
        new(
            temporary.Store,
            Subject(Plain),
            isFresh: false,
            () => Run(temporary, "diagnose"),
            seconds ?? (static () => 0));

    private static string Run(TemporaryStore temporary, string prefix = "gru")
    {
        RunManifest run = temporary.Store.CreateRun(new RunDescription
        {
            Prefix = prefix,
            Task = "adding",
            Cell = "gru",
            ConfigurationJson = Plain.ToJson(),
            Seed = 1,
            ProductVersion = "1",
            Machine = "none",
            CommandLine = "none",
        });
        temporary.Store.Finish(run.Id, RunStatus.Completed);
        return run.Id;
    }
}
