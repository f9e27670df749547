using Backflow.Experiments.Training;

namespace Backflow.Dashboard.Tests.Browser;

/// <summary>Watches a training run and says nothing.</summary>
/// <param name="mayWarn">Whether a run that fails is what the test wants.</param>
internal sealed class QuietObserver(bool mayWarn = false) : ITrainingObserver
{
    public void OnStart(string runId, string description, long firstStep)
    {
        // The page shows it.
    }

    public void OnTask(TaskOutcome task)
    {
        // The page shows it.
    }

    public void OnStep(StepReport report)
    {
        // The page shows it.
    }

    public void OnSample(long step, string text)
    {
        // The page shows it.
    }

    public void OnCheckpoint(long step)
    {
        // The page shows it.
    }

    public void OnWarning(string message)
    {
        if (!mayWarn)
        {
            throw new InvalidOperationException(message);
        }
    }
}
