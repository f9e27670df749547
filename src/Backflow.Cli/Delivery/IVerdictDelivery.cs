using Backflow.Training;

namespace Backflow.Cli.Delivery;

/// <summary>Takes what a training says to another program; no call waits for the network or a disk.</summary>
internal interface IVerdictDelivery : IDisposable
{
    /// <summary>Hears that a run begins or goes on; returns at once.</summary>
    void Begin(string runId, long firstStep)
    {
    }

    /// <summary>Takes a verdict; returns at once.</summary>
    void Post(string runId, VerdictReport verdict)
    {
    }

    /// <summary>Takes something else that the user should know, such as a rollback; returns at once.</summary>
    void Warn(string runId, string message)
    {
    }

    /// <summary>Delivers what is left, as far as the time allows.</summary>
    /// <param name="patience">The time.</param>
    /// <returns>A sentence about what could not be delivered; null where all was.</returns>
    string? Finish(TimeSpan patience);
}
