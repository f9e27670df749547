namespace Backflow.Engine;

/// <summary>The equations of a cell, unit by unit: what an author writes for a cell of their own.</summary>
/// <typeparam name="T">float for training, double for the twin.</typeparam>
/// <remarks>
/// <para>
/// The engine computes the pre-activations W·xₜ + b_ih + R·hₜ₋₁ + b_hh of all gates and applies the activations that
/// the description states. It calls these methods for some units of one sequence at a time. An implementation works
/// element by element, keeps no state, and allocates nothing; threads call it at the same time.
/// </para>
/// <para>
/// Backward, the engine multiplies what <see cref="Backward"/> says of a gate by the activation's derivative, and
/// carries it through the weights. Only what reaches hₜ₋₁ and cₜ₋₁ past the products is for the equations to add.
/// </para>
/// </remarks>
public interface ICellEquations<T>
    where T : struct
{
    /// <summary>
    /// cₜ from the gates and the old state, where there is a cell state; before <see cref="Forward"/>.
    /// </summary>
    /// <param name="step">Some units of one sequence at one timestep.</param>
    void ForwardCell(in CellForward<T> step) => throw new NotSupportedException("These equations have no cell state.");

    /// <summary>hₜ from the gates, the old state and, where there is one, cₜ.</summary>
    /// <param name="step">Some units of one sequence at one timestep.</param>
    void Forward(in CellForward<T> step);

    /// <summary>The gradients of the gates and of the old state from those of the new state; linear in them.</summary>
    /// <param name="step">Some units of one sequence at one timestep.</param>
    void Backward(in CellBackward<T> step);

    /// <summary>The masked state, such as r ⊙ hₜ₋₁, where the description names a mask gate.</summary>
    /// <param name="step">Some units of one sequence at one timestep.</param>
    void Mask(in CellMask<T> step) => throw new NotSupportedException("These equations have no masked state.");

    /// <summary>The gradients of the unmasked gates and of the old state from that of the masked state.</summary>
    /// <param name="step">Some units of one sequence at one timestep.</param>
    void BackwardMask(in CellMaskBackward<T> step) =>
        throw new NotSupportedException("These equations have no masked state.");
}
