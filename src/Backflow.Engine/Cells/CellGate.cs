namespace Backflow.Engine;

/// <summary>One gate of a cell: a block of H rows in each of its weight matrices.</summary>
/// <param name="Name">The name in charts and verdicts: "forget".</param>
/// <param name="Symbol">The letter in formulas: "f".</param>
/// <param name="Activation">What makes the gate of its pre-activation.</param>
public sealed record CellGate(string Name, string Symbol, CellActivation Activation)
{
    /// <summary>
    /// Whether the gate's recurrent product reads a masked state, such as r ⊙ h, instead of h. Masked gates are the
    /// last ones of a cell.
    /// </summary>
    public bool ReadsMaskedState { get; init; }
}

/// <summary>The gate that keeps the old state.</summary>
/// <param name="Gate">The gate's number.</param>
/// <param name="KeepsWhenOpen">True where the old state's factor is the gate, false where it is 1 − gate.</param>
public readonly record struct KeepGate(int Gate, bool KeepsWhenOpen);

/// <summary>A gate whose bias an initialisation sets.</summary>
/// <param name="Gate">The gate's number.</param>
/// <param name="Sign">1 where the bias is the number itself, −1 where it is its negative.</param>
public readonly record struct GateBias(int Gate, int Sign);
