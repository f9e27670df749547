using System.Collections.Immutable;
using Backflow.Experiments.Training;
using Backflow.Runs;
using Backflow.Runs.Checkpoints;
using Backflow.Runs.Manifest;

namespace Backflow.Experiments.Diagnosis;

/// <summary>Diagnoses a run, or a configuration: measures, tries remedies within a budget, and compares.</summary>
/// <remarks>
/// Two rounds. In the first everything is tried, in the second the run as it is and the best remedies are trained for
/// longer. Steps are planned from the speed of the run as it is, before a round begins, so that all of a round are
/// comparable; the budget ends what takes longer than planned.
/// </remarks>
public sealed class DiagnosisRun
{
    private const int Seeds = 2;
    private const int Finalists = 3;
    private const double FirstRound = 0.4;
    private const double SecondRound = 0.45;
    private const int FewestSteps = 30;
    private const int ProbeSteps = 15;

    /// <summary>Losses above this share of a memoryless model's do not tell remedies apart; horizons do.</summary>
    private const double NothingLearnt = 0.97;

    private readonly RunStore _store;
    private readonly TimeProvider _clock;
    private readonly IDiagnosisObserver _observer;
    private readonly TimeSpan _budget;
    private readonly long _begin;
    private double _memorylessLoss = double.PositiveInfinity;
    private int _done;

    /// <summary>Prepares a diagnosis.</summary>
    /// <param name="store">Where trials are kept.</param>
    /// <param name="budget">The time that trials may take.</param>
    /// <param name="observer">Who watches.</param>
    /// <param name="clock">What tells the time.</param>
    public DiagnosisRun(RunStore store, TimeSpan budget, IDiagnosisObserver observer, TimeProvider clock)
    {
        _store = store;
        _budget = budget;
        _observer = observer;
        _clock = clock;
        _begin = clock.GetTimestamp();
    }

    /// <summary>Diagnoses a recorded run at its newest checkpoint.</summary>
    /// <param name="word">The run's id, name, or a unique beginning of either.</param>
    /// <param name="cancellation">Ends the trials.</param>
    /// <returns>The report.</returns>
    public DiagnosisReport Execute(string word, CancellationToken cancellation)
    {
        RunManifest manifest = _store.FindRun(word);
        LoadedCheckpoint checkpoint = _store.Checkpoints.LoadLatest(manifest.Id);
        TrainingConfiguration configuration = CheckpointContent.Configuration(checkpoint.Content) with
        {
            Threads = Environment.ProcessorCount,
        };
        using TrainingSession session = new(configuration, TrainingDataSource.Load(configuration));
        CheckpointContent.Restore(checkpoint.Content, session);
        return Diagnose(session, manifest.Id, cancellation);
    }

    /// <summary>Diagnoses a configuration before its first step.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="cancellation">Ends the trials.</param>
    /// <returns>The report.</returns>
    public DiagnosisReport Execute(TrainingConfiguration configuration, CancellationToken cancellation)
    {
        ConfigurationRules.Validate(configuration);
        ITrainingData data = TrainingDataSource.Load(configuration);
        using TrainingSession session = new(TrainingDataSource.Fit(configuration, data), data);
        return Diagnose(session, runId: null, cancellation);
    }

    private DiagnosisReport Diagnose(TrainingSession session, string? runId, CancellationToken cancellation)
    {
        TrainingConfiguration configuration = session.Configuration;
        int? dependency = session.Data.Task?.DependencyLength;
        double? memoryless = session.Data.Task?.Baselines.MemorylessLoss;
        _memorylessLoss = memoryless ?? double.PositiveInfinity;
        ImmutableArray<LayerDiagnosis> layers = DiagnosisMeasurement.Measure(session);
        long step = session.Step;
        ImmutableArray<TrialResult> trials = Try(configuration, dependency, cancellation);
        TrialResult? asItIs = trials.FirstOrDefault(static trial => trial.Name == TrialResult.AsItIs);
        TrialResult? best = trials.IsEmpty || asItIs is null || trials[0] == asItIs || !(trials[0].Loss < asItIs.Loss)
            ? null
            : trials[0];
        return new DiagnosisReport
        {
            RunId = runId,
            Command = TrainingCommandLine.Of(configuration),
            Description = $"{string.Join(',', configuration.Cells)}, {configuration.Layers} × "
                + $"{configuration.HiddenSize} units, " + session.Data.Description,
            Step = step,
            Dependency = dependency,
            MemorylessLoss = memoryless,
            IsRegression = session.Data.Shape.IsRegression,
            Layers = layers,
            Causes = DiagnosisCauses.Of(layers, dependency),
            Trials = trials,
            Best = best,
        };
    }

    private ImmutableArray<TrialResult> Try(
        TrainingConfiguration configuration, int? dependency, CancellationToken cancellation)
    {
        if (_budget <= TimeSpan.Zero)
        {
            return [];
        }

        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        end.CancelAfter(_budget);
        ImmutableArray<(string Name, TrainingConfiguration Configuration)> all =
            RemedyTrials.Of(configuration, dependency);
        double secondsPerCost = SecondsPerStep(configuration) / RemedyTrials.Cost(configuration);
        long steps = Plan(all, secondsPerCost, FirstRound * _budget.TotalSeconds, configuration.Steps);
        int total = Seeds * (all.Length + Finalists + 1);
        List<TrialResult> results = Round(all, configuration.Steps, steps, total, end.Token);
        HashSet<string> names =
            [TrialResult.AsItIs, .. Ranked(results).Take(Finalists).Select(static trial => trial.Name)];
        ImmutableArray<(string Name, TrainingConfiguration Configuration)> finalists =
            [.. all.Where(trial => names.Contains(trial.Name))];
        double left = (_budget - _clock.GetElapsedTime(_begin)).TotalSeconds;
        double seconds = 0.9 * Math.Min(left, (SecondRound + FirstRound) * _budget.TotalSeconds);
        long longer = Plan(finalists, secondsPerCost, seconds, configuration.Steps);
        if (longer > steps && results.Count == all.Length)
        {
            List<TrialResult> second = Round(finalists, configuration.Steps, longer, total, end.Token);
            if (second.Any(static trial => trial.Name == TrialResult.AsItIs))
            {
                return
                [
                    .. Ranked(second),
                    .. Ranked(results.Where(trial => second.All(final => final.Name != trial.Name))),
                ];
            }
        }

        return [.. Ranked(results)];
    }

    private List<TrialResult> Round(
        ImmutableArray<(string Name, TrainingConfiguration Configuration)> trials,
        long fullSteps,
        long steps,
        int total,
        CancellationToken cancellation)
    {
        List<TrialResult> results = [];
        foreach ((string name, TrainingConfiguration configuration) in trials)
        {
            List<TrialRun> runs = [];
            for (ulong seed = configuration.Seed; seed < configuration.Seed + Seeds; seed++)
            {
                _observer.OnTrial(_done, total, $"{name}, seed {seed}, {steps} steps");
                TrainingConfiguration trial = configuration with
                {
                    Seed = seed,
                    Steps = steps,
                    LogInterval = Math.Max(1, steps / 20),
                    ValidationInterval = 0,
                    CheckpointInterval = 0,
                    SampleInterval = 0,
                    OnVerdict = "warn",
                };
                if (RunOne(trial, cancellation) is not TrialRun run)
                {
                    return results;
                }

                _done++;
                runs.Add(run);
            }

            string command = TrainingCommandLine.Of(configuration with { Steps = fullSteps });
            results.Add(new TrialResult(name, command, steps, [.. runs]));
        }

        return results;
    }

    private TrialRun? RunOne(TrainingConfiguration configuration, CancellationToken cancellation)
    {
        using TrainingRun run = TrainingRun.Create(
            _store, configuration, name: null, TrainingCommandLine.Of(configuration), new SilentObserver(), _clock);
        TrainingSummary summary = run.Train(cancellation);
        return summary.IsInterrupted ? null : new TrialRun(
            summary.RunId,
            configuration.Seed,
            summary.IsDiverged ? double.PositiveInfinity
                : summary.ValidationLoss ?? summary.TrainingLoss ?? double.PositiveInfinity,
            summary.Success,
            summary.IsDiverged ? 0 : DiagnosisMeasurement.Horizon(run.Session));
    }

    private IEnumerable<TrialResult> Ranked(IEnumerable<TrialResult> results) => results
        .OrderBy(trial => double.IsNaN(trial.Loss) ? double.PositiveInfinity
            : Math.Min(trial.Loss, double.IsFinite(_memorylessLoss) ? NothingLearnt * _memorylessLoss : double.PositiveInfinity))
        .ThenByDescending(static trial => trial.Horizon)
        .ThenBy(static trial => trial.Loss);

    private static long Plan(
        ImmutableArray<(string Name, TrainingConfiguration Configuration)> trials,
        double secondsPerCost,
        double seconds,
        long mostSteps)
    {
        double perStep = Seeds * secondsPerCost * trials.Sum(static trial => RemedyTrials.Cost(trial.Configuration));
        return Math.Clamp((long)(seconds / perStep), FewestSteps, Math.Max(FewestSteps, mostSteps));
    }

    private double SecondsPerStep(TrainingConfiguration configuration)
    {
        using TrainingSession session = new(configuration, TrainingDataSource.Load(configuration));
        for (int i = 0; i < ProbeSteps; i++)
        {
            session.Advance();
        }

        long begin = _clock.GetTimestamp();
        for (int i = 0; i < ProbeSteps; i++)
        {
            session.Advance();
        }

        return Math.Max(_clock.GetElapsedTime(begin).TotalSeconds, 1e-4) / ProbeSteps;
    }

    private sealed class SilentObserver : ITrainingObserver
    {
        public void OnStart(string runId, string description, long firstStep)
        {
        }

        public void OnTask(TaskOutcome task)
        {
        }

        public void OnStep(StepReport report)
        {
        }

        public void OnSample(long step, string text)
        {
        }

        public void OnCheckpoint(long step)
        {
        }

        public void OnWarning(string message)
        {
        }
    }
}
