using Backflow.Telemetry;
using Backflow.Training.Metering;
using Backflow.Training.Recording;
using Backflow.Training.Verdicts;

namespace Backflow.Training;

/// <summary>What the verdicts after a step do to a run.</summary>
internal enum Judgement
{
    /// <summary>Training goes on.</summary>
    GoOn = 0,

    /// <summary>A verdict ends the run.</summary>
    Stop = 1,

    /// <summary>The session was taken back to a good checkpoint, and training goes on from there.</summary>
    RolledBack = 2,

    /// <summary>Going back did not help often enough: the run has diverged.</summary>
    GiveUp = 3,
}

/// <summary>Records and shows what the rules find, and lets a verdict stop the run or take it back.</summary>
internal sealed class VerdictPolicy(
    TrainingSession session,
    ITrainingRecord record,
    RunVerdicts verdicts,
    RunMeter meter,
    CheckpointPolicy checkpoints,
    ITrainingObserver observer,
    ICommandWriter? commands)
{
    private const double GentlerStep = 0.5;
    private const double GentlerClip = 1;

    private int _rollbacks;

    /// <summary>The verdict that ended the run; null where none did.</summary>
    public VerdictReport? StoppedBy { get; private set; }

    /// <summary>Takes what the rules found after a step.</summary>
    public Judgement Judge()
    {
        Verdict? worst = null;
        foreach (Verdict verdict in verdicts.Take())
        {
            Record(verdict);
            worst ??= verdict.Severity > VerdictSeverity.Information ? verdict : null;
        }

        string policy = session.Configuration.OnVerdict;
        if (worst is null || policy == VerdictPolicies.Warn)
        {
            return Judgement.GoOn;
        }

        if (policy == VerdictPolicies.Stop)
        {
            StoppedBy = Report(worst);
            return Judgement.Stop;
        }

        return verdicts.IsDamage(worst) ? RollBack(worst) : Judgement.GoOn;
    }

    private void Record(Verdict verdict)
    {
        record.Event(
            verdict.Step,
            verdict.Severity,
            Verdict.TitleOf(verdict.Rule),
            verdict.Meaning,
            VerdictPayload.ToJson(verdict, CommandOf));
        meter.Count(verdict);
        observer.OnVerdict(Report(verdict));
    }

    /// <summary>Goes back to the newest checkpoint from before the fault, with half of the learning rate, and a limit
    /// on the gradient where there was none.</summary>
    private Judgement RollBack(Verdict verdict)
    {
        if (_rollbacks == RunVerdicts.MostRollbacks)
        {
            StoppedBy = Report(verdict);
            return Judgement.GiveUp;
        }

        _rollbacks++;
        TrainingConfiguration before = session.Configuration;
        TrainingConfiguration gentler = before with
        {
            LearningRate = GentlerStep * before.LearningRate,
            ClipNorm = before.ClipNorm > 0 ? before.ClipNorm : GentlerClip,
        };
        checkpoints.RollBack(RunVerdicts.LastGoodStep(verdict), gentler);
        string message =
            $"{Verdict.TitleOf(verdict.Rule)} at step {verdict.Step}: back to the checkpoint of step {session.Step} "
            + $"with a learning rate of {NumberText.Of(gentler.LearningRate)} and gradients limited to "
            + $"{NumberText.Of(gentler.ClipNorm)}.";
        record.Event(
            session.Step, VerdictSeverity.Warning, "Rolled back", message, VerdictPayload.ToJson(verdict, CommandOf));
        observer.OnWarning(message);
        return Judgement.RolledBack;
    }

    private VerdictReport Report(Verdict verdict) => new(
        verdict.Severity,
        verdict.Rule,
        verdict.Place,
        verdict.Meaning,
        verdict.Remedies.FirstOrDefault()?.Text,
        verdict.Remedies.FirstOrDefault() is Remedy first ? CommandOf(first) : null,
        VerdictPayload.ToJson(verdict, CommandOf));

    private string? CommandOf(Remedy remedy) =>
        commands?.Train(TrainingOptions.With(session.Configuration, remedy.Settings));
}
