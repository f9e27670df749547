namespace Backflow.Engine;

/// <summary>Some units of one sequence at one timestep, on the way forward; spans in the order of the units.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="gates">The gates one behind the other, activated.</param>
/// <param name="distance">Numbers from one gate's units to the next gate's.</param>
/// <param name="hiddenBefore">hₜ₋₁.</param>
/// <param name="hidden">hₜ.</param>
/// <param name="cellBefore">cₜ₋₁; empty without a cell state.</param>
/// <param name="cell">cₜ; empty without a cell state.</param>
public readonly ref struct CellForward<T>(
    ReadOnlySpan<T> gates,
    int distance,
    ReadOnlySpan<T> hiddenBefore,
    Span<T> hidden,
    ReadOnlySpan<T> cellBefore,
    Span<T> cell)
    where T : struct
{
    private readonly ReadOnlySpan<T> _gates = gates;
    private readonly int _distance = distance;

    /// <summary>hₜ₋₁.</summary>
    public ReadOnlySpan<T> HiddenBefore { get; } = hiddenBefore;

    /// <summary>hₜ, overwritten by <see cref="ICellEquations{T}.Forward"/>.</summary>
    public Span<T> Hidden { get; } = hidden;

    /// <summary>cₜ₋₁; empty without a cell state.</summary>
    public ReadOnlySpan<T> CellBefore { get; } = cellBefore;

    /// <summary>cₜ, overwritten by <see cref="ICellEquations{T}.ForwardCell"/>; empty without a cell state.</summary>
    public Span<T> Cell { get; } = cell;

    /// <summary>A gate, activated.</summary>
    /// <param name="gate">The gate's number.</param>
    /// <returns>One number per unit.</returns>
    public ReadOnlySpan<T> Gate(int gate) => _gates.Slice(gate * _distance, HiddenBefore.Length);
}
