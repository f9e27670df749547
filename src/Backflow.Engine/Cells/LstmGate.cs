namespace Backflow.Engine;

/// <summary>The gates of an LSTM in PyTorch's order: row k·H of a weight matrix is the first unit of gate k.</summary>
public enum LstmGate
{
    /// <summary>i: how much of the candidate is written.</summary>
    Input = 0,

    /// <summary>f: how much of the cell state is kept.</summary>
    Forget = 1,

    /// <summary>g: what could be written.</summary>
    Candidate = 2,

    /// <summary>o: how much of the cell state is shown.</summary>
    Output = 3,
}
