using System.Numerics;

namespace Backflow.Exchange.Probes;

/// <summary>One layer of a module in one direction, as something that can be computed forward and backward.</summary>
/// <remarks>Sequences are given in the order in which the layer reads them; the last timestep is the one that it reads
/// last.</remarks>
/// <typeparam name="T">What it computes in.</typeparam>
internal interface ILayerDirection<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Computes the states.</summary>
    /// <param name="input">x, [T, B, I].</param>
    /// <param name="hidden">The initial h, [B, H].</param>
    /// <param name="cell">The initial c, [B, H]; empty for cells without one.</param>
    /// <param name="observed">The states that another program had, [T, B, H], from which each timestep begins; empty to
    /// compute all of them.</param>
    /// <returns>h, [T, B, H]; may be empty where states were observed.</returns>
    T[] Forward(T[] input, T[] hidden, T[] cell, T[] observed);

    /// <summary>How far the states that were computed one timestep from observed ones were off, at most.</summary>
    double Deviation { get; }

    /// <summary>Computes the gradients.</summary>
    /// <param name="output">∂L/∂y, [T, B, H].</param>
    /// <param name="hidden">∂L/∂h of the final state, [B, H].</param>
    /// <param name="cell">∂L/∂c of the final state, [B, H]; empty for cells without one.</param>
    /// <param name="asksForInput">Whether ∂L/∂x is asked for.</param>
    /// <returns>∂L/∂x, [T, B, I]; empty where it is not asked for.</returns>
    T[] Backward(T[] output, T[] hidden, T[] cell, bool asksForInput);

    /// <summary>‖∂L/∂h‖₂² of one sequence at a timestep, −1 for the initial state.</summary>
    double HiddenGradientSquare(int t, int row);

    /// <summary>‖∂L/∂c‖₂² of one sequence at a timestep, −1 for the initial state.</summary>
    double CellGradientSquare(int t, int row);

    /// <summary>The gradient of a parameter, in PyTorch's order.</summary>
    /// <param name="name">weight_ih, weight_hh, bias_ih or bias_hh.</param>
    T[] ParameterGradient(string name);
}
