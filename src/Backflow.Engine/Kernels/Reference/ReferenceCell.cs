namespace Backflow.Engine.Kernels.Reference;

/// <summary>
/// One timestep of one sequence through a cell, forward and backward, written as the equations stand.
/// </summary>
/// <remarks>
/// The oracle of the fast kernels: double, no vectors, no blocking, PyTorch's parameter layout. Where a fast kernel and
/// its twin differ by more than float's rounding, the fast kernel is wrong.
/// </remarks>
internal abstract class ReferenceCell
{
    /// <summary>Gates as PyTorch counts them, G.</summary>
    public abstract int Gates { get; }

    /// <summary>Numbers that a unit keeps at each timestep for the backward pass.</summary>
    public abstract int KeptValues { get; }

    /// <summary>Whether the cell carries a cell state c beside h.</summary>
    public virtual bool HasCellState => false;

    /// <summary>Whether the cell's derivative jumps where its pre-activation changes sign; slot 0 keeps that.</summary>
    public virtual bool HasKink => false;

    /// <summary>States of one sequence after timestep t, from those before it.</summary>
    public abstract void Forward(ReferenceLayer layer, int t, int row);

    /// <summary>
    /// Adds to ∂L/∂hₜ₋₁, ∂L/∂cₜ₋₁, ∂L/∂xₜ and the parameter gradients of one sequence what follows from ∂L/∂hₜ and
    /// ∂L/∂cₜ.
    /// </summary>
    public abstract void Backward(ReferenceLayer layer, int t, int row);
}
