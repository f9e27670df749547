using System.Collections.Immutable;
using Backflow.Telemetry;
using Backflow.Training;

namespace Backflow.Experiments.Diagnosis;

/// <summary>
/// Tries remedies in rounds: all of them shortly, the better ones for longer, the best against a fresh seed.
/// </summary>
/// <remarks>
/// Successive halving (Jamieson &amp; Talwalkar 2016): what survives a round goes on from its checkpoint. A round's
/// steps are planned from measured speeds, the same for all, and the configuration as it is takes part in every one.
/// The choice falls by the first seeds and one part of the validation data; what it is worth is measured with another
/// seed on the other part.
/// </remarks>
internal sealed class RemedyRounds
{
    private const long FewestSteps = 30;
    private const int Survivors = 6;
    private const int Finalists = 2;

    /// <summary>Share of the time left that the last comparison may plan for.</summary>
    private const double Reserve = 0.9;

    private static readonly RoundBudget All = new(Share: 0.2, End: 0.45);
    private static readonly RoundBudget TheBetter = new(Share: 0.15, End: 0.6);
    private static readonly RoundBudget TheBest = new(Share: 0.2, End: 0.75);

    private readonly TrialTraining _training;
    private readonly IDiagnosisObserver _observer;
    private readonly Func<double> _elapsed;
    private readonly double _budget;
    private readonly double? _memorylessLoss;
    private readonly Entry[] _entries;
    private readonly int _total;
    private int _done;

    /// <summary>Prepares the rounds.</summary>
    /// <param name="remedies">The configuration as it is, then remedies in the order of their promise.</param>
    /// <param name="secondsPerCost">What a unit of <see cref="RemedyTrials.Cost"/> takes.</param>
    /// <param name="memorylessLoss">The loss of a model without memory; null where it is not known.</param>
    /// <param name="budget">Seconds for everything.</param>
    /// <param name="elapsed">Seconds that are over.</param>
    /// <param name="training">What trains.</param>
    /// <param name="observer">Who watches.</param>
    public RemedyRounds(
        ImmutableArray<Remedy> remedies,
        double secondsPerCost,
        double? memorylessLoss,
        double budget,
        Func<double> elapsed,
        TrialTraining training,
        IDiagnosisObserver observer)
    {
        _training = training;
        _observer = observer;
        _elapsed = elapsed;
        _budget = budget;
        _memorylessLoss = memorylessLoss;
        _entries =
        [
            .. remedies.Select((remedy, promise) => new Entry(
                remedy, promise, secondsPerCost * RemedyTrials.Cost(remedy.Configuration))),
        ];
        int survivors = Math.Min(Survivors, _entries.Length - 1) + 1;
        _total = _entries.Length + survivors + (2 * (Math.Min(Finalists, _entries.Length - 1) + 1)) + 2;
    }

    /// <summary>Remedies that there was no time for.</summary>
    public ImmutableArray<string> NotTried =>
        [.. _entries.Where(static entry => entry.Runs.Count == 0).Select(static entry => entry.Remedy.Name)];

    private Entry AsItIs => _entries[0];

    private long FullSteps => AsItIs.Remedy.Configuration.Steps;

    private ulong FirstSeed => AsItIs.Remedy.Configuration.Seed;

    /// <summary>Tries everything that the budget allows.</summary>
    /// <param name="cancellation">Ends the trials.</param>
    /// <returns>All that was tried, the best of the longest first; and how the best one did with a fresh seed, null
    /// where none was better or there was no time.</returns>
    public (ImmutableArray<TrialResult> Trials, Confirmation? Confirmation) Run(CancellationToken cancellation)
    {
        Entry[] finalists = RunRounds(cancellation);
        ImmutableArray<TrialResult> trials =
        [
            // Those that were trained longest first: losses of other lengths do not compare.
            .. Ranked(_entries.Where(static entry => entry.Runs.Count > 0))
                .OrderByDescending(static entry => entry.Steps)
                .Select(entry => entry.Result(_training)),
        ];
        Entry? best = Ranked(finalists.Where(static entry => entry.Runs.Count > 0)).FirstOrDefault();
        return (trials, Confirm(best, cancellation));
    }

    private Entry[] RunRounds(CancellationToken cancellation)
    {
        long steps = Clamp(All.Share * _budget / SecondsPerStep(_entries));
        Round(_entries, [FirstSeed], steps, All, cancellation);
        if (_entries.All(entry => entry == AsItIs || entry.Runs.Count == 0))
        {
            // Nothing to hold the configuration against: more of it tells nothing.
            return [];
        }

        Entry[] better = Best(Survivors);
        steps = Math.Min(FullSteps, steps + Clamp(TheBetter.Share * _budget / SecondsPerStep(better)));
        Round(better, [FirstSeed], steps, TheBetter, cancellation);

        // The first seed goes on from where it is, the second begins.
        Entry[] finalists = Best(Finalists);
        double done = finalists.Sum(static entry => entry.SecondsPerStep * entry.Steps);
        steps = Clamp(((TheBest.Share * _budget) + done) / (2 * SecondsPerStep(finalists)));
        steps = Math.Max(steps, finalists.Max(static entry => entry.Steps));
        Round(finalists, [FirstSeed, FirstSeed + 1], steps, TheBest, cancellation);
        return finalists;
    }

    private Confirmation? Confirm(Entry? best, CancellationToken cancellation)
    {
        // Where nothing was learnt, losses differ by chance.
        if (best is null || best == AsItIs || !(best.Loss < AsItIs.Loss)
            || !LearntShare.IsSome(best.Loss, _memorylessLoss) || cancellation.IsCancellationRequested)
        {
            return null;
        }

        double left = _budget - _elapsed();
        if (left <= 0)
        {
            return null;
        }

        double affordable = Reserve * left / SecondsPerStep([best, AsItIs]);
        long steps = Math.Min(best.Steps, Clamp(affordable));
        ulong seed = FirstSeed + 2;
        TrialRun? after = Train(best, seed, null, steps, ValidationPart.Confirming, cancellation);
        TrialRun? before = Train(AsItIs, seed, null, steps, ValidationPart.Confirming, cancellation);
        return after is not null && before is not null
            ? new Confirmation(best.Remedy.Name, best.Result(_training).Command, seed, before, after)
            : null;
    }

    private void Round(
        Entry[] entries, ulong[] seeds, long steps, RoundBudget round, CancellationToken cancellation)
    {
        foreach (ulong seed in seeds)
        {
            foreach (Entry entry in entries)
            {
                TrialRun? before = entry.Runs.GetValueOrDefault(seed);
                double expected = (steps - (before?.Step ?? 0)) * entry.SecondsPerStep;
                if (_elapsed() + expected > round.End * _budget || cancellation.IsCancellationRequested)
                {
                    return;
                }

                TrialRun? run = Train(entry, seed, before, steps, ValidationPart.Choosing, cancellation);
                if (run is null)
                {
                    return;
                }

                entry.Runs[seed] = run;
                entry.SecondsPerStep = run.SecondsPerStep;
            }
        }
    }

    private TrialRun? Train(
        Entry entry, ulong seed, TrialRun? before, long steps, ValidationPart part, CancellationToken cancellation)
    {
        _observer.OnTrial(_done, _total, $"{entry.Remedy.Name}, seed {seed}, to step {NumberText.Count(steps)}");
        _done++;
        TrainingConfiguration configuration = entry.Remedy.Configuration with { Seed = seed, OnVerdict = "warn" };
        return _training.Train(entry.Remedy.Name, configuration, before, steps, part, cancellation);
    }

    private Entry[] Best(int count) =>
    [
        AsItIs,
        .. Ranked(_entries.Where(entry => entry != AsItIs && entry.Runs.Count > 0)).Take(count),
    ];

    // By the loss where it shows that something was learnt, else by promise.
    private IEnumerable<Entry> Ranked(IEnumerable<Entry> entries) => entries
        .OrderBy(entry => LearntShare.IsSome(entry.Loss, _memorylessLoss) ? entry.Loss : double.PositiveInfinity)
        .ThenBy(static entry => double.IsFinite(entry.Loss) ? entry.Promise : int.MaxValue);

    /// <summary>Seconds for a step of each.</summary>
    private static double SecondsPerStep(Entry[] entries) => entries.Sum(static entry => entry.SecondsPerStep);

    private long Clamp(double steps) => Math.Clamp((long)steps, Math.Min(FewestSteps, FullSteps), FullSteps);

    /// <summary>The share of the budget that a round may plan for, and that at which its trials have to be over to
    /// begin at all: a machine may be busier than when speeds were measured.</summary>
    private sealed record RoundBudget(double Share, double End);

    private sealed class Entry(Remedy remedy, int promise, double secondsPerStep)
    {
        public Remedy Remedy { get; } = remedy;

        public int Promise { get; } = promise;

        public double SecondsPerStep { get; set; } = secondsPerStep;

        public SortedDictionary<ulong, TrialRun> Runs { get; } = [];

        public long Steps => Runs.Count > 0 ? Newest.Max(static run => run.Step) : 0;

        public double Loss => Newest.Select(static run => double.IsNaN(run.Loss) ? double.PositiveInfinity : run.Loss)
            .DefaultIfEmpty(double.PositiveInfinity).Average();

        // Runs of other lengths are no seeds of one result.
        private IEnumerable<TrialRun> Newest =>
            Runs.Values.Where(run => run.Step == Runs.Values.Max(static other => other.Step)
                || !double.IsFinite(run.Loss));

        public TrialResult Result(TrialTraining training) => new(
            Remedy.Name, training.CommandOf(Remedy.Configuration), Steps, [.. Newest])
        {
            Cause = Remedy.Cause,
        };
    }
}
