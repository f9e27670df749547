using System.Text.Json.Nodes;
using Backflow.Telemetry;
using Backflow.Training.Control;
using Backflow.Training.Recording;

namespace Backflow.Training;

/// <summary>Does what people ask of a training, between two of its steps.</summary>
/// <remarks>
/// A pause changes no bits. Another learning rate is dated: it holds from the step after which it was taken, and a run
/// that goes on from an earlier step takes it there again. So a run that was changed has the same bits each time.
/// </remarks>
internal sealed class ControlPolicy(
    TrainingSession session,
    ITrainingRecord record,
    CheckpointPolicy checkpoints,
    ITrainingObserver observer,
    ITrainingControl control)
{
    /// <summary>Between two looks of a training that waits: a click seems to act at once.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private bool _isPaused;

    /// <summary>Whether the training was asked to end.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>Does what was asked for; waits while a pause lasts.</summary>
    /// <param name="meter">Leaves the pause out of the training's speed.</param>
    /// <param name="cancellation">Ends a pause.</param>
    public void Obey(ProgressMeter meter, CancellationToken cancellation)
    {
        DoWhatIsAsked();
        if (!_isPaused || IsStopped)
        {
            return;
        }

        using (meter.Pause())
        {
            Wait(cancellation);
        }
    }

    private void Wait(CancellationToken cancellation)
    {
        checkpoints.Save();
        Say("Paused", $"Paused after step {NumberText.Count(session.Step)}, as asked; a checkpoint is saved.");
        control.SetPaused(true);
        while (_isPaused && !IsStopped && !cancellation.WaitHandle.WaitOne(Look))
        {
            DoWhatIsAsked();
        }

        control.SetPaused(false);
        if (!_isPaused && !IsStopped)
        {
            Say("Went on", $"Training goes on after step {NumberText.Count(session.Step)}, as asked.");
        }
    }

    private void DoWhatIsAsked()
    {
        foreach (TrainingRequest request in control.Take(session.Step))
        {
            switch (request.Kind)
            {
                case TrainingRequestKind.Pause:
                    _isPaused = true;
                    break;
                case TrainingRequestKind.Continue:
                    _isPaused = false;
                    break;
                case TrainingRequestKind.Stop:
                    IsStopped = true;
                    Say("Stopped", $"Stopped after step {NumberText.Count(session.Step)}, as asked.");
                    break;
                case TrainingRequestKind.LearningRate:
                    ChangeLearningRate(request.LearningRate);
                    break;
                default:
                    throw new InvalidOperationException($"There is no request {request.Kind}.");
            }
        }
    }

    private void ChangeLearningRate(double rate)
    {
        double before = session.Configuration.LearningRate;
        if (rate == before)
        {
            // Taken already: the run goes on from the checkpoint that was saved with it.
            return;
        }

        session.Reconfigure(session.Configuration with { LearningRate = rate });
        Say(
            "Learning rate changed",
            $"The learning rate is {NumberText.Of(rate)} from step {NumberText.Count(session.Step + 1)} on, as asked; "
                + $"it was {NumberText.Of(before)}.",
            new JsonObject { ["learningRate"] = rate, ["before"] = before }.ToJsonString());

        // The same parameters once more, with the new rate: a run that goes on from them goes on with it.
        checkpoints.SaveAgain();
    }

    private void Say(string title, string text, string? payload = null)
    {
        record.Event(session.Step, VerdictSeverity.Information, title, text, payload);
        observer.OnNote(text);
    }
}
