namespace Backflow.Experiments.Tests.Verdicts;

/// <summary>The parts of the catalogue, which differ in what was known when their cases were written.</summary>
public enum CaseSet
{
    /// <summary>Rules and thresholds were changed while looking at these.</summary>
    Tuned,

    /// <summary>Written down before any of them ran, and run at the processor's own vector width.</summary>
    HeldOut,

    /// <summary>Written down later, before any of them ran, and run at two vector widths.</summary>
    Second,
}
