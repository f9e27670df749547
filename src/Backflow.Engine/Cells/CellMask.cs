namespace Backflow.Engine;

/// <summary>Some units of one sequence at one timestep, before the products of the masked gates.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="gates">The gates one behind the other; those without a mask are activated.</param>
/// <param name="distance">Numbers from one gate's units to the next gate's.</param>
/// <param name="hiddenBefore">hₜ₋₁.</param>
/// <param name="masked">The masked state.</param>
public readonly ref struct CellMask<T>(
    ReadOnlySpan<T> gates, int distance, ReadOnlySpan<T> hiddenBefore, Span<T> masked)
    where T : struct
{
    private readonly ReadOnlySpan<T> _gates = gates;
    private readonly int _distance = distance;

    /// <summary>hₜ₋₁.</summary>
    public ReadOnlySpan<T> HiddenBefore { get; } = hiddenBefore;

    /// <summary>What the recurrent products of the masked gates read, overwritten.</summary>
    public Span<T> Masked { get; } = masked;

    /// <summary>An unmasked gate, activated.</summary>
    /// <param name="gate">The gate's number.</param>
    /// <returns>One number per unit.</returns>
    public ReadOnlySpan<T> Gate(int gate) => _gates.Slice(gate * _distance, Masked.Length);
}

/// <summary>Some units of one sequence at one timestep, after the masked gates' products on the way back.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="gates">The gates one behind the other; those without a mask are activated.</param>
/// <param name="dGates">Their gradients so far.</param>
/// <param name="distance">Numbers from one gate's units to the next gate's.</param>
/// <param name="hiddenBefore">hₜ₋₁.</param>
/// <param name="dMasked">∂L/∂(masked state).</param>
/// <param name="dHiddenBefore">∂L/∂hₜ₋₁.</param>
public readonly ref struct CellMaskBackward<T>(
    ReadOnlySpan<T> gates,
    Span<T> dGates,
    int distance,
    ReadOnlySpan<T> hiddenBefore,
    ReadOnlySpan<T> dMasked,
    Span<T> dHiddenBefore)
    where T : struct
{
    private readonly ReadOnlySpan<T> _gates = gates;
    private readonly Span<T> _dGates = dGates;
    private readonly int _distance = distance;

    /// <summary>hₜ₋₁.</summary>
    public ReadOnlySpan<T> HiddenBefore { get; } = hiddenBefore;

    /// <summary>∂L/∂(masked state).</summary>
    public ReadOnlySpan<T> DMasked { get; } = dMasked;

    /// <summary>∂L/∂hₜ₋₁, added to.</summary>
    public Span<T> DHiddenBefore { get; } = dHiddenBefore;

    /// <summary>An unmasked gate, activated.</summary>
    /// <param name="gate">The gate's number.</param>
    /// <returns>One number per unit.</returns>
    public ReadOnlySpan<T> Gate(int gate) => _gates.Slice(gate * _distance, DMasked.Length);

    /// <summary>∂L/∂(gate) of an unmasked gate, added to.</summary>
    /// <param name="gate">The gate's number.</param>
    /// <returns>One number per unit.</returns>
    public Span<T> DGate(int gate) => _dGates.Slice(gate * _distance, DMasked.Length);
}
