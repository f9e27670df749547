using Backflow.Experiments.Training;

namespace Backflow.Experiments.Tests.Training;

/// <summary>Watches and says nothing.</summary>
internal sealed class SilentObserver : ITrainingObserver
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
