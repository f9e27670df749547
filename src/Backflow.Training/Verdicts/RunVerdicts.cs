using System.Collections.Immutable;
using Backflow.Telemetry;
using Backflow.Training.Recording;

namespace Backflow.Training.Verdicts;

/// <summary>Judges a training run by the rules that its configuration leaves on.</summary>
/// <remarks>
/// <see cref="TrainingRun"/> does so by itself. A loop of one's own gives it as the sink of a
/// <see cref="TrainingTelemetry"/>, feeds it <see cref="TrainingMetrics.TrainingLoss"/>, and takes the verdicts after
/// each step.
/// </remarks>
public sealed class RunVerdicts : IMeasurementSink
{
    /// <summary>More often than this a run is not taken back: then it has diverged.</summary>
    internal const int MostRollbacks = 5;

    /// <summary>A loss is measured by those of the steps up to this one.</summary>
    private const long LastFirstLoss = 5;

    private static readonly RuleDescription LargeGradient =
        VerdictCatalogue.All.Single(static rule => rule.Name == "exploding-gradient");

    private static readonly ImmutableArray<string> DamageRules =
        ["non-finite", "loss-exploding", "exploding-gradient", "loss-rising"];

    private readonly TrainingSession _session;
    private readonly VerdictOptions _options;
    private VerdictMonitor _monitor;

    /// <summary>Begins with no measurement.</summary>
    /// <param name="session">What is judged: its configuration decides what the rules compare with.</param>
    public RunVerdicts(TrainingSession session)
    {
        _session = session;
        _options = VerdictPolicies.Options(session.Configuration.VerdictSettings);
        _monitor = new VerdictMonitor(RunContext.Of(session), _options);
    }

    /// <summary>The settings of a training that take away what is learnt or seen, the worst first.</summary>
    /// <param name="session">What is trained.</param>
    /// <returns>Empty where there are none.</returns>
    public static ImmutableArray<SettingHarm> HarmfulSettings(TrainingSession session) =>
        SettingHarm.Of(RunContext.Of(session));

    /// <summary>Whether the newest loss is so bad that it proves no checkpoint good, or the newest update was made with
    /// a gradient that is damage itself.</summary>
    internal bool IsDoubtful => _monitor.IsDoubtful || HasThrownWeights;

    /// <summary>Whether the parameters are so bad that no checkpoint may be taken of them: one bad loss is not
    /// enough.</summary>
    internal bool IsDamaged => _monitor.IsDamaged || HasThrownWeights;

    private bool HasThrownWeights => _session.Configuration.ClipNorm == 0
        && _session.GradientNorm > _options.Of(LargeGradient).Threshold;

    /// <summary>Whether the parameters have suffered, so that going back helps; a large gradient that is limited does
    /// not harm them.</summary>
    internal bool IsDamage(Verdict verdict) => FindsDamage(verdict.Rule);

    /// <summary>The last step whose parameters are from before a verdict's fault.</summary>
    /// <remarks>
    /// A loss is that of the parameters before its step's update: a bad one says that the update of the step before did
    /// the damage. A large gradient does its damage in its own step.
    /// </remarks>
    internal static long LastGoodStep(Verdict verdict)
    {
        Evidence since = verdict.Evidence.FirstOrDefault(
            static evidence => evidence.Name == Evidence.UnhealthySinceStep, new Evidence(string.Empty, verdict.Step));
        return (long)since.Value - (verdict.Rule == LargeGradient.Name ? 1 : 2);
    }

    /// <inheritdoc/>
    public void Scalar(string column, long step, double value) => _monitor.Scalar(column, step, value);

    /// <inheritdoc/>
    public void Row(string column, int layer, long step, ReadOnlySpan<float> values) =>
        _monitor.Row(column, layer, step, values);

    /// <summary>Takes what was found since the last call; to be called when a step is over.</summary>
    /// <returns>New verdicts, the gravest first; empty where there are none.</returns>
    public IReadOnlyList<Verdict> Take() => _monitor.Take();

    /// <summary>Looks for the state that was NaN or infinite first, after a step whose loss or gradient was.</summary>
    public void InspectDivergence() => StateInspection.Report(_session, _session.Step + 1, _monitor);

    /// <summary>Forgets what was measured: the run goes on from an older step. What was said up to there is still in
    /// the run, and is not said again before its time; damage always is, as it takes the run back.</summary>
    /// <param name="record">What the run has recorded: its first losses stay what a loss is measured by.</param>
    internal void Restart(ITrainingRecord record)
    {
        VerdictMonitor before = _monitor;
        _monitor = new VerdictMonitor(RunContext.Of(_session), _options);
        _monitor.RecallFirst(record.Scalars(TrainingMetrics.TrainingLoss, 1, LastFirstLoss));
        _monitor.RecallSpoken(before, _session.Step, rule => !FindsDamage(rule));
    }

    private bool FindsDamage(string rule) => DamageRules.Contains(rule)
        && (rule != LargeGradient.Name || _session.Configuration.ClipNorm == 0);
}
