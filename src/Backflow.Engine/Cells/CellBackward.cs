namespace Backflow.Engine;

/// <summary>Some units of one sequence at one timestep, on the way back; spans in the order of the units.</summary>
/// <typeparam name="T">float or double.</typeparam>
public readonly ref struct CellBackward<T>
    where T : struct
{
    private readonly ReadOnlySpan<T> _gates;
    private readonly Span<T> _dGates;
    private readonly int _distance;

    /// <summary>Gives the gates and their gradients.</summary>
    /// <param name="gates">The gates one behind the other, activated.</param>
    /// <param name="dGates">Their gradients, all 0.</param>
    /// <param name="distance">Numbers from one gate's units to the next gate's.</param>
    public CellBackward(ReadOnlySpan<T> gates, Span<T> dGates, int distance)
    {
        _gates = gates;
        _dGates = dGates;
        _distance = distance;
    }

    /// <summary>hₜ₋₁.</summary>
    public ReadOnlySpan<T> HiddenBefore { get; init; }

    /// <summary>hₜ.</summary>
    public ReadOnlySpan<T> Hidden { get; init; }

    /// <summary>Total ∂L/∂hₜ.</summary>
    public ReadOnlySpan<T> DHidden { get; init; }

    /// <summary>∂L/∂hₜ₋₁: what reaches it past the products is added.</summary>
    public Span<T> DHiddenBefore { get; init; }

    /// <summary>cₜ₋₁; empty without a cell state.</summary>
    public ReadOnlySpan<T> CellBefore { get; init; }

    /// <summary>cₜ; empty without a cell state.</summary>
    public ReadOnlySpan<T> Cell { get; init; }

    /// <summary>∂L/∂cₜ from later timesteps on entry, the total on return: what comes through hₜ is added.</summary>
    public Span<T> DCell { get; init; }

    /// <summary>∂L/∂cₜ₋₁, 0 on entry, added to.</summary>
    public Span<T> DCellBefore { get; init; }

    /// <summary>A gate, activated.</summary>
    /// <param name="gate">The gate's number.</param>
    /// <returns>One number per unit.</returns>
    public ReadOnlySpan<T> Gate(int gate) => _gates.Slice(gate * _distance, DHidden.Length);

    /// <summary>∂L/∂(gate): the engine multiplies by the activation's derivative.</summary>
    /// <param name="gate">The gate's number.</param>
    /// <returns>One number per unit, 0 on entry.</returns>
    public Span<T> DGate(int gate) => _dGates.Slice(gate * _distance, DHidden.Length);
}
