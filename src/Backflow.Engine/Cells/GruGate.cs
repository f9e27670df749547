namespace Backflow.Engine;

/// <summary>The gates of a GRU in PyTorch's order: row k·H of a weight matrix is the first unit of gate k.</summary>
public enum GruGate
{
    /// <summary>r: how much of the old state the candidate sees.</summary>
    Reset = 0,

    /// <summary>z: keeps the old state (reset after) or takes the new one (reset before).</summary>
    Update = 1,

    /// <summary>n: the candidate state.</summary>
    Candidate = 2,
}
