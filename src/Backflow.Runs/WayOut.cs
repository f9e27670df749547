namespace Backflow.Runs;

/// <summary>What helps after a failure of the store, for programs that offer it as a command of their own.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="RunId">The run that it concerns; null for none, or for any.</param>
/// <param name="Step">The step of a checkpoint to go on from; null for the newest.</param>
public sealed record WayOut(WayOutKind Kind, string? RunId = null, long? Step = null);

/// <summary>What helps after a failure of the store.</summary>
public enum WayOutKind
{
    /// <summary>Train a new run; as the run that is named, where one is.</summary>
    Train,

    /// <summary>Go on with a run.</summary>
    Resume,

    /// <summary>Delete a run.</summary>
    Delete,

    /// <summary>Look at the runs that there are.</summary>
    List,

    /// <summary>Use another file as the store.</summary>
    OtherStore,
}
