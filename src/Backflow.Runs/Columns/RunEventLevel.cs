namespace Backflow.Runs.Columns;

/// <summary>How much an event matters.</summary>
public enum RunEventLevel
{
    /// <summary>Worth knowing.</summary>
    Information,

    /// <summary>Training goes on, and worse than it could.</summary>
    Warning,

    /// <summary>Training is broken.</summary>
    Error,
}
