namespace Backflow.Runs.Manifest;

/// <summary>What a run is: the store keeps its name in lower case.</summary>
public enum RunKind
{
    /// <summary>One network is trained.</summary>
    Training,

    /// <summary>A question is answered; the result is a report.</summary>
    Experiment,

    /// <summary>Another run, or a configuration, is looked at; the result is a report.</summary>
    Diagnosis,

    /// <summary>Many networks are trained, each as a run of its own that belongs to this one; the result is a
    /// report.</summary>
    Sweep,
}
