namespace Backflow.Runs.Manifest;

/// <summary>Where a run stands.</summary>
public enum RunStatus
{
    /// <summary>A process is training the run.</summary>
    Running,

    /// <summary>All steps are done.</summary>
    Completed,

    /// <summary>The run was stopped, or its process died; it can be resumed from its newest checkpoint.</summary>
    Interrupted,

    /// <summary>The loss or a gradient was NaN or infinite, and the policy of the run was to stop.</summary>
    Diverged,
}
