using Backflow.Tensors;
using Backflow.Training.Recording;
using Backflow.Training.Verdicts;

namespace Backflow.Training;

/// <summary>Decides when a checkpoint is taken, and which ones are kept: the best, and the last that proved
/// good.</summary>
internal sealed class CheckpointPolicy(
    TrainingSession session,
    ITrainingRecord record,
    RunVerdicts verdicts,
    RunScores scores,
    ITrainingObserver observer)
{
    private bool _isDue;
    private int _isRequested;

    /// <summary>The step of the newest checkpoint; -1 before the first.</summary>
    public long SavedStep { get; private set; } = -1;

    /// <summary>The step of the newest checkpoint that proved good; null where there is none.</summary>
    public long? LastGoodStep => record.Checkpoints.List()
        .FirstOrDefault(static checkpoint => checkpoint.Labels.Contains(KeptCheckpoint.Good))?.Step;

    /// <summary>Asks for a checkpoint after the current step; from any thread.</summary>
    public void Request() => Volatile.Write(ref _isRequested, 1);

    /// <summary>The session stands at a checkpoint that was read.</summary>
    public void StartAt(long step) => SavedStep = step;

    /// <summary>
    /// Saves a checkpoint of the session as it is, unless there is one or the parameters are damaged.
    /// </summary>
    public void Save()
    {
        // What comes after damage must not push the last good checkpoint out.
        if (SavedStep == session.Step || verdicts.IsDamaged)
        {
            return;
        }

        // First the columns: a checkpoint must never be ahead of what was recorded.
        record.Flush();
        record.Checkpoints.Save(
            session.Step,
            CheckpointContent.Tensors(session),
            CheckpointContent.Metadata(session, scores.BestValidationLoss));
        SavedStep = session.Step;
        _isDue = false;
        observer.OnCheckpoint(session.Step);
    }

    /// <summary>Saves the one that is due: after a bad loss, which may be that of one batch, the next good one is
    /// waited for.</summary>
    public void SaveWhereDue()
    {
        long interval = session.Configuration.CheckpointInterval;
        _isDue |= (interval > 0 && session.Step % interval == 0) || Interlocked.Exchange(ref _isRequested, 0) == 1;
        if (_isDue && !verdicts.IsDoubtful)
        {
            Save();
        }
    }

    /// <summary>Keeps the session as it is where its validation loss is the lowest so far.</summary>
    public void SaveWhereBest(double validationLoss)
    {
        if (!(validationLoss >= scores.BestValidationLoss) && !verdicts.IsDamaged)
        {
            scores.BestValidationLoss = validationLoss;
            Save();
            record.Checkpoints.Pin(session.Step, KeptCheckpoint.Best);
        }
    }

    /// <summary>Says that the checkpoint before the last step proved good: a loss is that of the parameters before its
    /// step's update. A checkpoint with a label is not pushed out by newer ones.</summary>
    public void Confirm()
    {
        if (SavedStep == session.Step - 1 && !verdicts.IsDoubtful)
        {
            record.Checkpoints.Pin(SavedStep, KeptCheckpoint.Good);
        }
    }

    /// <summary>Takes the session back to the newest checkpoint up to a step, else to the oldest, with a gentler
    /// configuration.</summary>
    public void RollBack(long lastGood, TrainingConfiguration gentler)
    {
        record.Flush();
        KeptCheckpoint good = record.Checkpoints.List().FirstOrDefault(checkpoint => checkpoint.Step <= lastGood)
            ?? record.Checkpoints.List()[^1];
        SafetensorsFile content = record.Checkpoints.Load(good.Step);
        session.Reconfigure(gentler);
        scores.BestValidationLoss = CheckpointContent.Restore(content, session);
        record.DiscardAfter(session.Step);
        verdicts.Restart(record);

        // The same parameters once more, with the gentler configuration: a run that is resumed from them must not run
        // into the same damage.
        SaveAgain();
    }

    /// <summary>Saves a checkpoint with the new configuration, in place of one of the same step.</summary>
    public void SaveAgain()
    {
        SavedStep = -1;
        Save();
    }
}
