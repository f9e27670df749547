namespace Backflow.Runs.Manifest;

/// <summary>Where a run stands.</summary>
public enum RunStatus
{
    /// <summary>Its process is training.</summary>
    Running,

    /// <summary>It did all its steps.</summary>
    Completed,

    /// <summary>It was stopped or its process died; it can be resumed from its newest checkpoint.</summary>
    Interrupted,

    /// <summary>An error ended it; an event says which.</summary>
    Failed,

    /// <summary>The loss or a gradient left the numbers, and the policy of the run was to stop.</summary>
    Diverged,
}
