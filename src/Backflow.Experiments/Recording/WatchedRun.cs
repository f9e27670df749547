namespace Backflow.Experiments.Recording;

/// <summary>Runs that another program trains: what a probe saw of them is recorded, and nothing can be asked.</summary>
public static class WatchedRun
{
    /// <summary>The task of such a run.</summary>
    public const string Task = "watched";
}
