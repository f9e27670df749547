using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Backflow.Experiments.Recording;
using Backflow.Experiments.Studies.Reports;
using Backflow.Runs;
using Backflow.Runs.Checkpoints;
using Backflow.Runs.Manifest;
using Backflow.Telemetry;
using Backflow.Training;
using Backflow.Training.Tasks.Sequences;
using Backflow.Training.Verdicts;

namespace Backflow.Experiments.Diagnosis;

/// <summary>Diagnoses a run, or a configuration: measures, tries remedies within a budget, and compares.</summary>
/// <remarks>
/// A run of the store keeps the report, and trials belong to it. What is found goes to the caller before the store is
/// asked to keep it, which may fail. A store that can only be read keeps nothing.
/// </remarks>
public sealed class DiagnosisRun : IDisposable
{
    private readonly RunStore _store;
    private readonly TimeProvider _clock;
    private readonly ICommandWriter? _commands;
    private readonly TimeSpan _budget;
    private readonly long _begin;
    private IDiagnosisObserver? _observer;
    private ReportRecord? _record;

    /// <summary>Prepares a diagnosis.</summary>
    /// <param name="store">Where trials are kept.</param>
    /// <param name="budget">The time that trials may take.</param>
    /// <param name="clock">What tells the time.</param>
    /// <param name="commands">Who writes the commands of the report; null for settings in words.</param>
    public DiagnosisRun(
        RunStore store,
        TimeSpan budget,
        TimeProvider clock,
        ICommandWriter? commands = null)
    {
        _commands = commands;
        _store = store;
        _budget = budget;
        _clock = clock;
        _begin = clock.GetTimestamp();
    }

    /// <summary>Whether trials that were finished before are computed again.</summary>
    public bool IsFresh { get; init; }

    /// <summary>The command, as typed; null for the one that trains what is diagnosed.</summary>
    public string? CommandLine { get; init; }

    /// <summary>The command with a larger budget; null where there is none to type.</summary>
    public string? LongerCommand { get; init; }

    /// <summary>Why finished trials are not kept, as the system says it; null while they are.</summary>
    public string? Fault { get; private set; }

    /// <summary>Diagnoses a recorded run at its newest checkpoint.</summary>
    /// <param name="word">The run's id, name, or a unique beginning of either.</param>
    /// <param name="textPath">Where its text is now; null for where it was.</param>
    /// <param name="observer">Who watches.</param>
    /// <param name="cancellation">Ends the trials.</param>
    /// <returns>The report.</returns>
    public DiagnosisReport Execute(
        string word, string? textPath, IDiagnosisObserver observer, CancellationToken cancellation)
    {
        _observer = observer;
        RunManifest manifest = _store.FindRun(word);
        LoadedCheckpoint checkpoint = _store.Checkpoints.LoadLatest(manifest.Id);
        TrainingConfiguration trained = CheckpointContent.Configuration(checkpoint.Content);
        TrainingConfiguration configuration = trained with
        {
            Threads = Environment.ProcessorCount,
            TextPath = textPath ?? trained.TextPath,
        };
        using TrainingSession session = new(
            configuration, RecordedData.Load(
                manifest.Id, checkpoint.Content, configuration, cancellation: cancellation));
        CheckpointContent.Restore(checkpoint.Content, session);
        return Diagnose(session, manifest.Id, cancellation);
    }

    /// <summary>Diagnoses a configuration before its first step.</summary>
    /// <param name="configuration">What would be trained; its steps are those of a full run.</param>
    /// <param name="observer">Who watches.</param>
    /// <param name="cancellation">Ends the trials.</param>
    /// <returns>The report.</returns>
    public DiagnosisReport Execute(
        TrainingConfiguration configuration, IDiagnosisObserver observer, CancellationToken cancellation)
    {
        _observer = observer;
        TrainingOptions.Validate(configuration);
        ITrainingData data = TrainingDataSource.WaitFor(configuration, cancellation);
        using TrainingSession session = new(TrainingDataSource.Fit(configuration, data), data);
        return Diagnose(session, runId: null, cancellation);
    }

    /// <summary>Keeps a report in the store.</summary>
    /// <param name="report">What <c>Execute</c> returned.</param>
    /// <exception cref="RunStoreException">The store cannot be written.</exception>
    public void Record(DiagnosisReport report)
    {
        _record?.Keep(
            "Diagnosis",
            string.Join(' ', DiagnosisLayout.Of(report).Findings),
            JsonSerializer.Serialize(
                new DiagnosisPayload(DiagnosisLayout.Of(report)), DiagnosisPayloadJson.Default.DiagnosisPayload));
        _record?.Finish(!report.IsInterrupted);
    }

    /// <inheritdoc/>
    public void Dispose() => _record?.Dispose();

    private DiagnosisReport Diagnose(TrainingSession session, string? runId, CancellationToken cancellation)
    {
        TrainingConfiguration configuration = session.Configuration;
        int? dependency = session.Data.Task?.DependencyLength;
        double? memoryless = session.Data.Task?.Baselines.KnownMemorylessLoss;
        ImmutableArray<LayerDiagnosis> layers = DiagnosisMeasurement.Measure(session);
        long step = session.Step;

        // Of a task that is learnt nothing is wrong, and nothing has to be tried. A text has no known end.
        TaskScore? score = session.Data.Task is null ? null : session.Validate(cancellation);
        bool isLearnt = LearntShare.IsAll(score?.Loss, memoryless);

        // Before its first step and without a budget nothing is trained, and what belongs to updates has no effect.
        bool isTrained = (runId is not null || _budget > TimeSpan.Zero) && !isLearnt;
        ImmutableArray<SettingHarm> harms = RunVerdicts.HarmfulSettings(session);
        harms = isTrained ? harms : harms.RemoveAll(static harm => harm.Name == CauseNames.WeightDecay);
        UpdateProbe? probe = isTrained ? UpdateProbe.Measure(configuration, _clock) : null;
        EffectiveContext? context = session.MeasureContext(isWhole: false, cancellation);
        ReachMeasurement? reach = session.MeasureReach();
        bool? reaches = Reaches(reach, layers, session.Data.Task?.Dependencies.High);
        ImmutableArray<Remedy> remedies = probe is null || _budget <= TimeSpan.Zero
            ? []
            : RemedyTrials.Of(configuration, dependency, harms, UpdateCauses.IsCut(probe, configuration));
        using DiagnosisJournal? journal = remedies.IsEmpty ? null : OpenJournal(remedies, session, runId);
        OpenRecord(journal?.Title ?? (_store.IsReadOnly ? null : MakeRun(session, runId)));
        RemedyRounds? rounds =
            journal is null ? null : Plan(remedies, memoryless, probe!.SecondsPerStep, journal, cancellation);
        (ImmutableArray<TrialResult> trials, Confirmation? confirmation) =
            rounds is null ? ([], null) : Try(rounds, journal!, cancellation);
        Fault = journal?.Fault;
        IEnumerable<RankedCause> found =
        [
            .. UpdateCauses.OfSettings(harms),
            .. probe is null ? [] : UpdateCauses.OfUpdates(probe, configuration),
            .. GradientCauses.Of(layers, reaches, reach?.Growth),
        ];
        ImmutableArray<DiagnosisCause> causes =
            isLearnt ? [] : DiagnosisCauses.Of(found, trials, reaches, memoryless);
        DiagnosisReport report = new()
        {
            RunId = runId,
            KeptAs = _record?.RunId,
            Command = TrainingOptions.Describe(configuration, _commands),
            Description = $"{string.Join(',', configuration.Cells)}, {configuration.Layers} × "
                + $"{configuration.HiddenSize} units, " + session.Data.Description,
            Step = step,
            Dependency = dependency,
            MemorylessLoss = memoryless,
            SuccessMeasure = session.Data.Task?.SuccessMeasure,
            FullSteps = configuration.Steps,
            IsRegression = session.Data.Shape.IsRegression,
            Layers = layers,
            EffectiveContext = context?.Lags,
            EffectiveContextIsAtLeast = context?.IsAtLeast,
            GradientReach = ReachText.Timesteps(reach),
            GradientReachIsAtLeast = ReachText.IsAtLeast(reach),
            GradientGrowth = reach?.Growth,
            ReachText = ReachText.Sentence(
                ReachText.Of(context), ReachText.Of(reach), session.Data.Task is null ? "characters" : "timesteps"),
            IsLearnt = isLearnt,
            ValidationLoss = score?.Loss,
            Success = score?.Success,
            BudgetSeconds = _budget.TotalSeconds,
            Causes = causes,
            Trials = trials,
            NotTried = rounds?.NotTried ?? [],
            Reused = journal?.Note,
            IsInterrupted = cancellation.IsCancellationRequested,
            Confirmation = confirmation,
            Best = confirmation is { IsBetter: true }
                ? trials.First(trial => trial.Name == confirmation.Name)
                : null,
        };
        return report with { LongerCommand = DiagnosisEnd.IsForTime(report) ? LongerCommand : null };
    }

    // A gradient that grows reaches everything and brings nothing. Where the reach was not measured, the horizon says.
    private static bool? Reaches(ReachMeasurement? reach, ImmutableArray<LayerDiagnosis> layers, int? needed) =>
        needed is not int lag ? null
        : reach is null ? layers.Min(static layer => layer.Horizon) >= lag
        : reach.Growth is null && reach.Median >= lag;

    // Trials begin anew, not from the parameters of a run: its configuration decides, whatever the threads.
    private DiagnosisJournal OpenJournal(
        ImmutableArray<Remedy> remedies, TrainingSession session, string? runId) => new(
        _store,
        DiagnosisJournal.SubjectOf(remedies, session.Data.Digest, _budget),
        IsFresh,
        () => MakeRun(session, runId),
        () => _clock.GetElapsedTime(_begin).TotalSeconds);

    private RemedyRounds Plan(
        ImmutableArray<Remedy> remedies,
        double? memorylessLoss,
        double secondsPerStep,
        DiagnosisJournal journal,
        CancellationToken cancellation) => new(
            remedies,
            journal.Speed(() => secondsPerStep / RemedyTrials.Cost(remedies[0].Configuration)),
            memorylessLoss,
            _budget.TotalSeconds,
            journal.Elapsed,
            new TrialTraining(_store, _clock, _commands, journal, cancellation),
            new ToldProgress(_observer!, _record!));

    private string MakeRun(TrainingSession session, string? runId)
    {
        TrainingConfiguration configuration = session.Configuration;
        return _store.CreateRun(new RunDescription
        {
            Prefix = "diagnose",
            Kind = RunKind.Diagnosis,
            Task = "diagnosis " + (runId ?? session.Data.TaskName),
            Cell = string.Join(',', configuration.Cells),
            ConfigurationJson = configuration.ToJson(),
            Seed = configuration.Seed,
            ProductVersion = MachineDescription.ProductVersion,
            Machine = MachineDescription.Current,
            CommandLine = CommandLine ?? TrainingOptions.Describe(configuration, _commands),
        }).Id;
    }

    private void OpenRecord(string? id)
    {
        _record = id is null ? null : new ReportRecord(_store, id, _clock);
        _record?.Begin();
    }

    private (ImmutableArray<TrialResult> Trials, Confirmation? Confirmation) Try(
        RemedyRounds rounds, DiagnosisJournal journal, CancellationToken cancellation)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        journal.Begins = spent => end.CancelAfter(TimeSpan.FromSeconds(Math.Max(0, _budget.TotalSeconds - spent)));
        return rounds.Run(end.Token);
    }

    private sealed class ToldProgress(IDiagnosisObserver observer, ReportRecord record) : IDiagnosisObserver
    {
        public void OnTrial(int done, int total, string text)
        {
            record.Tell(done, total, text);
            observer.OnTrial(done, total, text);
        }
    }
}

/// <summary>What a diagnosis' run keeps.</summary>
/// <param name="Report">What the page shows.</param>
internal sealed record DiagnosisPayload(ReportPage Report);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(DiagnosisPayload))]
internal sealed partial class DiagnosisPayloadJson : JsonSerializerContext;
