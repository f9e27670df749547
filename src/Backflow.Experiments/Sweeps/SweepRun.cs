using System.Collections.Immutable;
using System.Text.Json;
using Backflow.Experiments.Recording;
using Backflow.Experiments.Studies;
using Backflow.Runs;
using Backflow.Runs.Manifest;
using Backflow.Runs.Requests;
using Backflow.Telemetry;
using Backflow.Training;

namespace Backflow.Experiments.Sweeps;

/// <summary>A sweep from its first training, or from where it was left, to its end.</summary>
/// <remarks>
/// A run of the store keeps definition and report; each training is a run that belongs to it, and all that is known of
/// it is read off that run. So a killed sweep goes on, and points are compared by the same numbers whatever ran at
/// once.
/// </remarks>
public sealed class SweepRun : IDisposable
{
    private const string Word = "sweep";

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    private readonly RunStore _store;
    private readonly RunManifest _sweep;
    private readonly TimeProvider _clock;
    private readonly ICommandWriter? _commands;
    private readonly double? _minutes;
    private readonly ReportRecord _record;
    private readonly MemberTraining _training;
    private ImmutableSortedDictionary<string, string> _failures =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    private volatile bool _isCancelled;

    private SweepRun(
        RunStore store,
        RunManifest sweep,
        SweepPlan plan,
        double? minutes,
        bool goesOn,
        TimeProvider clock,
        ICommandWriter? commands)
    {
        (_store, _sweep, Plan, _minutes, GoesOn) = (store, sweep, plan, minutes, goesOn);
        (_clock, _commands) = (clock, commands);
        _record = new ReportRecord(store, sweep.Id, clock);
        _record.Begin();
        _training = new MemberTraining(store, sweep, plan, clock, commands);
    }

    /// <summary>The sweep's name; its trainings are called NAME-001 and so on.</summary>
    public string Name => _sweep.Name;

    /// <summary>The run that keeps the sweep.</summary>
    public string RunId => _sweep.Id;

    /// <summary>The trainings.</summary>
    public SweepPlan Plan { get; }

    /// <summary>Whether an earlier process has begun it.</summary>
    public bool GoesOn { get; }

    /// <summary>Begins a sweep, or goes on with the one that has its name and its definition.</summary>
    /// <param name="store">The store that keeps all of it.</param>
    /// <param name="plan">The trainings.</param>
    /// <param name="name">The name; null for that of a sweep with the same definition, or a new one.</param>
    /// <param name="commandLine">The command that asks for it.</param>
    /// <param name="clock">What tells the time.</param>
    /// <param name="commands">Writes commands; null for settings.</param>
    /// <returns>The sweep, which the caller disposes of.</returns>
    /// <exception cref="ExperimentException">The name belongs to another definition or to another run, or a process is
    /// at work on it.</exception>
    public static SweepRun Begin(
        RunStore store,
        SweepPlan plan,
        string? name,
        string commandLine,
        TimeProvider clock,
        ICommandWriter? commands = null)
    {
        SweepDefinition definition = SweepText.Sign(plan.Definition);
        RunManifest? known = StoredSweep.List(store).FirstOrDefault(sweep =>
            name is null ? !StoredSweep.Differences(sweep, definition).Any() : sweep.Name == name);
        if (known is not null && StoredSweep.Differences(known, definition).ToArray() is { Length: > 0 } others)
        {
            throw new ExperimentException(
                $"There is a sweep {name} with another definition; what differs: {string.Join(", ", others)}.",
                $"Give this one another {"Name":setting}, or delete run {known.Id} and its trainings first.");
        }

        StoredSweep.RequireNames(store, plan, name, known?.Id);
        RunManifest manifest = known ?? Create(store, plan, definition, name, commandLine);
        return Open(store, manifest, plan, plan.Definition.Minutes, known is not null, clock, commands);
    }

    /// <summary>Goes on with a sweep.</summary>
    /// <param name="store">The store that keeps it.</param>
    /// <param name="word">Its whole name, or the id of its run.</param>
    /// <param name="clock">What tells the time.</param>
    /// <param name="commands">Writes commands; null for settings.</param>
    /// <returns>The sweep, which the caller disposes of.</returns>
    /// <exception cref="ExperimentException">It is no sweep, or a process is at work on it.</exception>
    public static SweepRun GoOn(RunStore store, string word, TimeProvider clock, ICommandWriter? commands = null)
    {
        RunManifest sweep = StoredSweep.Find(store, word);
        SweepPlan plan = new(SweepDefinition.FromJson(sweep.ConfigurationJson));
        SweepText.RequireSame(plan.Definition, sweep.Name);
        return Open(store, sweep, plan, plan.Definition.Minutes, goesOn: true, clock, commands);
    }

    /// <summary>Trains all, rung by rung, or until it is ended; what is under way is saved.</summary>
    /// <param name="engine">Where trainings run, and how many at once.</param>
    /// <param name="progress">Told all along, by one thread at a time.</param>
    /// <param name="cancellation">Ends it with checkpoints.</param>
    /// <returns>What it came to.</returns>
    /// <exception cref="RunStoreException">The store cannot be written.</exception>
    public SweepReport Train(IMemberEngine engine, Action<StudyProgress> progress, CancellationToken cancellation)
    {
        using CancellationTokenSource time = new(
            _minutes is double minutes ? TimeSpan.FromMinutes(minutes) : Timeout.InfiniteTimeSpan, _clock);
        using CancellationTokenSource end =
            CancellationTokenSource.CreateLinkedTokenSource(cancellation, time.Token);
        using ITimer look = _clock.CreateTimer(_ => Obey(end), null, Look, Look);
        SweepProgress watch = new(Plan, told =>
        {
            _record.Tell(told.Done, told.Total, told.Text);
            progress(told);
        });
        SweepResults results = new(_store, _sweep, Plan);
        bool isComplete = TrainRungs(engine, results, watch, end.Token);
        SweepEnd why = isComplete ? SweepEnd.Complete
            : _isCancelled ? SweepEnd.Cancelled
            : cancellation.IsCancellationRequested ? SweepEnd.Interrupted
            : SweepEnd.OutOfTime;
        return results.Report(why, _commands);
    }

    /// <summary>Keeps the report in the store.</summary>
    /// <param name="report">What <see cref="Train"/> returned.</param>
    /// <exception cref="RunStoreException">The store cannot be written.</exception>
    public void Record(SweepReport report)
    {
        _record.Keep(
            StoredSweep.ReportTitle,
            string.Join(' ', SweepLayout.Findings(report)),
            JsonSerializer.Serialize(
                new SweepPayload(SweepLayout.Of(report), _failures, report.End), SweepJson.Default.SweepPayload));
        _record.Finish(report.End == SweepEnd.Complete);
    }

    /// <summary>Has every training of this process save a checkpoint, and go on. Any thread may ask.</summary>
    public void RequestCheckpoints() => _training.RequestCheckpoints();

    /// <inheritdoc/>
    public void Dispose() => _record.Dispose();

    private static RunManifest Create(
        RunStore store,
        SweepPlan plan,
        SweepDefinition definition,
        string? name,
        string commandLine) => store.CreateRun(
        new RunDescription
        {
            Prefix = Word,
            Name = name,
            Kind = RunKind.Sweep,
            Task = $"{Word} {definition.Fixed.Task ?? (definition.Fixed.TextPath is null ? "sentences" : "text")}",
            Cell = string.Join(',', plan.Points.SelectMany(static point => point.Configuration.Cells).Distinct()),
            ConfigurationJson = definition.ToJson(),
            Seed = definition.Fixed.Seed,
            ProductVersion = MachineDescription.ProductVersion,
            Machine = MachineDescription.Current,
            CommandLine = commandLine,
        });

    private static SweepRun Open(
        RunStore store,
        RunManifest sweep,
        SweepPlan plan,
        double? minutes,
        bool goesOn,
        TimeProvider clock,
        ICommandWriter? commands) => goesOn && sweep.Status == RunStatus.Running
        ? throw new ExperimentException(
            $"A process is at work on sweep {sweep.Name} already.", "Wait for its end, or cancel it there.")
        : new SweepRun(store, sweep, plan, minutes, goesOn, clock, commands);

    private bool TrainRungs(
        IMemberEngine engine, SweepResults results, SweepProgress watch, CancellationToken cancellation)
    {
        ImmutableArray<int> alive = [.. Plan.Points.Select(static point => point.Index)];
        for (int rung = 0; rung <= Plan.Rungs.Last; rung++)
        {
            (ImmutableArray<int> going, int at) = (alive, rung);
            watch.Ended = (member, failure) =>
            {
                results.Refresh(member, failure);
                _failures = failure is null ? _failures : _failures.SetItem(member.NameIn(Name), failure);
                return (results.Counts, Best(results, going, at));
            };
            watch.Begin(
                results.Counts,
                Best(results, going, at),
                member => DoneShare(results.States[member.Number - 1]),
                member => PlannedShare(results.States[member.Number - 1], going, at));
            engine.Train(_training, ToTrain(results, going, at), rung, watch, cancellation);
            ImmutableArray<SweepMember> left = ToTrain(results, going, at);
            if (!left.IsEmpty)
            {
                return cancellation.IsCancellationRequested ? false
                    : throw new InvalidOperationException(
                        $"The engine left {left.Length} trainings before step {left[0].Configuration.Steps}.");
            }

            alive = rung < Plan.Rungs.Last ? Halve(results, alive, rung) : alive;
        }

        return true;
    }

    private ImmutableArray<SweepMember> ToTrain(SweepResults results, ImmutableArray<int> points, int rung)
    {
        HashSet<int> going = [.. points];
        return
        [
            .. results.States
                .Where(state => going.Contains(state.Member.Point.Index) && !state.IsOver && !IsThere(state, rung))
                .Select(static state => state.Member),
        ];
    }

    private bool IsThere(MemberState state, int rung) => state.Status == MemberStatus.Interrupted
        && rung < Plan.Rungs.Last && state.Step >= Plan.Rungs.StepOf(rung, state.Steps);

    // The seeds of a point go on or end together: the best of several seeds is no better setting.
    private ImmutableArray<int> Halve(SweepResults results, ImmutableArray<int> alive, int rung)
    {
        ImmutableArray<PointScore> ranked = results.Rank(alive, rung);
        int kept = Plan.Rungs.Kept(alive.Length);
        string others = kept == 1 ? "the best goes on" : $"the best {NumberText.Count(kept)} go on";
        for (int place = kept; place < ranked.Length; place++)
        {
            int point = ranked[place].Point;
            foreach (MemberState state in results.States.Where(state =>
                state.Member.Point.Index == point && !state.IsOver && state.RunId is not null))
            {
                MemberStop.Record(
                    _store,
                    state.RunId!,
                    $"Its point was number {NumberText.Count(place + 1)} of {NumberText.Count(alive.Length)} by "
                        + $"{Plan.Definition.Metric.Words}, {NumberText.Of(ranked[place].Mean)}, at step "
                        + $"{NumberText.Count(state.Step)}; {others}.");
                results.Refresh(state.Member);
            }
        }

        return [.. ranked.Take(kept).Select(static score => score.Point)];
    }

    // Of a rung that none has reached yet, the one before it tells.
    private string? Best(SweepResults results, ImmutableArray<int> points, int rung) =>
        Enumerable.Range(0, rung + 1).Reverse().Select(at => results.Rank(points, at)[0])
            .FirstOrDefault(static first => first.Mean is not null) is { Mean: double mean } best
            ? $"{Plan.Definition.Metric.Words} {NumberText.Of(mean)} ({Plan.Describe(Plan.Points[best.Point])})"
            : null;

    private static double DoneShare(MemberState state) =>
        state.Steps > 0 ? Math.Min(1, (double)state.Step / state.Steps) : 0;

    // Of those that are alive a part goes on from each rung: which is not known yet, so each is planned with its
    // chance.
    private double PlannedShare(MemberState state, ImmutableArray<int> alive, int rung)
    {
        double share = DoneShare(state);
        if (state.IsOver || !alive.Contains(state.Member.Point.Index))
        {
            return share;
        }

        double planned = 0;
        double chance = 1;
        int points = alive.Length;
        long before = 0;
        for (int at = rung; at <= Plan.Rungs.Last; at++)
        {
            long step = Plan.Rungs.StepOf(at, state.Steps);
            planned += chance * (step - before) / state.Steps;
            before = step;
            int kept = Plan.Rungs.Kept(points);
            chance *= (double)kept / points;
            points = kept;
        }

        return Math.Max(share, planned);
    }

    private void Obey(CancellationTokenSource end)
    {
        try
        {
            if (_store.Requests.Take(RunId, step: 0).Any(static request => request.Kind == RunRequestKind.Stop))
            {
                _isCancelled = true;
                end.Cancel();
            }
        }
        catch (Exception gone) when (gone is RunStoreException or ObjectDisposedException)
        {
            // Where the store is gone, a recorder says so; where the sweep has ended, nothing is left to end.
        }
    }
}
