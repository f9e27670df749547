using Backflow.Training;

namespace Backflow.Cli.Delivery;

/// <summary>Tells another observer everything, and a delivery the verdicts and warnings.</summary>
internal sealed class DeliveringObserver(ITrainingObserver inner, IVerdictDelivery delivery) : ITrainingObserver
{
    private string _runId = string.Empty;

    public void OnStart(string runId, string description, long firstStep)
    {
        _runId = runId;
        delivery.Begin(runId, firstStep);
        inner.OnStart(runId, description, firstStep);
    }

    public void OnTask(TaskOutcome task) => inner.OnTask(task);

    public void OnStep(StepReport report) => inner.OnStep(report);

    public void OnSample(long step, string text) => inner.OnSample(step, text);

    public void OnCheckpoint(long step) => inner.OnCheckpoint(step);

    public void OnVerdict(VerdictReport verdict)
    {
        delivery.Post(_runId, verdict);
        inner.OnVerdict(verdict);
    }

    public void OnNote(string message) => inner.OnNote(message);

    public void OnWarning(string message)
    {
        delivery.Warn(_runId, message);
        inner.OnWarning(message);
    }
}
