using System.Globalization;
using Backflow.Training.Verdicts;
using Backflow.Runs.Checkpoints;
using Backflow.Runs.Columns;
using Backflow.Telemetry;

namespace Backflow.Training;

/// <content>What verdicts do to a run: they are recorded and shown, and stop it or take it back.</content>
public sealed partial class TrainingRun
{
    private const double GentlerStep = 0.5;
    private const double GentlerClip = 1;

    private VerdictReport? _stoppedBy;
    private int _rollbacks;

    /// <summary>Takes what the rules found after a step.</summary>
    /// <returns>False where the run ends here.</returns>
    private bool Judge()
    {
        Verdict? worst = null;
        foreach (Verdict verdict in _verdicts.Take())
        {
            Record(verdict);
            worst ??= verdict.Severity > VerdictSeverity.Information ? verdict : null;
        }

        if (worst is null || Configuration.OnVerdict == RunVerdicts.Warn)
        {
            return true;
        }

        if (Configuration.OnVerdict == RunVerdicts.Stop)
        {
            _stoppedBy = Report(worst);
            return false;
        }

        return !_verdicts.IsDamage(worst) || TryRollBack(worst);
    }

    private void Record(Verdict verdict)
    {
        _recorder.Event(
            verdict.Step,
            (RunEventLevel)verdict.Severity,
            Title(verdict),
            verdict.Meaning,
            VerdictPayload.ToJson(verdict));
        _metered.Count(verdict);
        _observer.OnVerdict(Report(verdict));
    }

    /// <summary>Goes back to the newest checkpoint from before the disease, with half of the learning rate, and a limit
    /// on the gradient where there was none.</summary>
    /// <returns>False where going back did not help often enough: the run has diverged.</returns>
    private bool TryRollBack(Verdict verdict)
    {
        if (_rollbacks == RunVerdicts.MostRollbacks)
        {
            _isDiverged = true;
            _stoppedBy = Report(verdict);
            return false;
        }

        _rollbacks++;
        _recorder.Flush();
        long lastGood = RunVerdicts.LastGoodStep(verdict);
        Checkpoint good = _store.Checkpoints.List(RunId).FirstOrDefault(checkpoint => checkpoint.Step <= lastGood)
            ?? _store.Checkpoints.List(RunId)[^1];
        LoadedCheckpoint loaded = _store.Checkpoints.Load(RunId, good.Step);
        _session.Reconfigure(Configuration with
        {
            LearningRate = GentlerStep * Configuration.LearningRate,
            ClipNorm = Configuration.ClipNorm > 0 ? Configuration.ClipNorm : GentlerClip,
        });
        _bestValidationLoss = CheckpointContent.Restore(loaded.Content, _session);
        _isDiverged = false;
        _recorder.DiscardAfter(_session.Step);
        _verdicts.Restart(_store.OpenReader(RunId));

        // The same parameters once more, with the gentler step: who resumes from them must not run into the same
        // damage.
        _savedStep = -1;
        SaveCheckpoint();
        string message = string.Create(
            CultureInfo.InvariantCulture,
            $"{Title(verdict)} at step {verdict.Step}: back to the checkpoint of step {_session.Step} with a learning "
            + $"rate of {Configuration.LearningRate:G4} and gradients limited to {Configuration.ClipNorm:G4}.");
        _recorder.Event(
            _session.Step, RunEventLevel.Warning, "Rolled back", message, VerdictPayload.ToJson(verdict));
        _observer.OnWarning(message);
        return true;
    }

    private static VerdictReport Report(Verdict verdict) => new(
        (RunEventLevel)verdict.Severity,
        verdict.Rule,
        verdict.Place,
        verdict.Meaning,
        verdict.Remedies.FirstOrDefault()?.Text,
        verdict.Remedies.FirstOrDefault()?.Command,
        VerdictPayload.ToJson(verdict));

    private static string Title(Verdict verdict)
    {
        string words = verdict.Rule.Replace('-', ' ');
        return char.ToUpperInvariant(words[0]) + words[1..];
    }
}
