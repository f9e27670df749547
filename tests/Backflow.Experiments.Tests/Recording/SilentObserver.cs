using Backflow.Experiments.Training;

namespace Backflow.Experiments.Tests.Recording;

/// <summary>Watches and says nothing.</summary>
internal sealed class SilentObserver : ITrainingObserver
{
    public List<StepReport> Reports { get; } = [];

    public void OnStart(string runId, string description, long firstStep)
    {
        // Not of interest.
    }

    public void OnTask(TaskOutcome task)
    {
        // Not of interest.
    }

    public void OnStep(StepReport report) => Reports.Add(report);

    public void OnSample(long step, string text)
    {
        // Not of interest.
    }

    public void OnCheckpoint(long step)
    {
        // Not of interest.
    }

    public void OnWarning(string message)
    {
        // Not of interest.
    }
}
