namespace Backflow.Exchange.Probes;

/// <summary>One layer of a module in one direction, as something that can be computed forward and backward.</summary>
/// <remarks>Sequences are given in the order in which the layer reads them; the last timestep is the one that it reads
/// last.</remarks>
internal interface ILayerDirection
{
    /// <summary>Computes the states.</summary>
    /// <param name="input">x, [T, B, I].</param>
    /// <param name="hidden">The initial h, [B, H].</param>
    /// <param name="cell">The initial c, [B, H]; empty for cells without one.</param>
    /// <param name="observed">The states that another program had, [T, B, H], from which each timestep begins; empty to
    /// compute all of them.</param>
    /// <returns>h, [T, B, H]; may be empty where states were observed.</returns>
    double[] Forward(double[] input, double[] hidden, double[] cell, double[] observed);

    /// <summary>How far the states that were computed one timestep from observed ones were off, at most.</summary>
    double Deviation { get; }

    /// <summary>Computes the gradients.</summary>
    /// <param name="output">∂L/∂y, [T, B, H].</param>
    /// <param name="hidden">∂L/∂h of the final state, [B, H].</param>
    /// <param name="cell">∂L/∂c of the final state, [B, H]; empty for cells without one.</param>
    /// <param name="asksForInput">Whether ∂L/∂x is asked for.</param>
    /// <returns>∂L/∂x, [T, B, I]; empty where it is not asked for.</returns>
    double[] Backward(double[] output, double[] hidden, double[] cell, bool asksForInput);

    /// <summary>‖∂L/∂h‖₂² of one sequence at a timestep, −1 for the initial state.</summary>
    double HiddenGradientSquare(int t, int row);

    /// <summary>‖∂L/∂c‖₂² of one sequence at a timestep, −1 for the initial state.</summary>
    double CellGradientSquare(int t, int row);

    /// <summary>The gradient of a parameter, in PyTorch's order.</summary>
    /// <param name="name">weight_ih, weight_hh, bias_ih or bias_hh.</param>
    double[] ParameterGradient(string name);
}

/// <summary>The parameters of one layer and direction, in PyTorch's order.</summary>
/// <param name="InputWeights">W, [G·H, I].</param>
/// <param name="RecurrentWeights">R, [G·H, H].</param>
/// <param name="InputBias">b_ih, [G·H]; null for none.</param>
/// <param name="RecurrentBias">b_hh, [G·H]; null for none.</param>
internal sealed record LayerParameters(
    double[] InputWeights, double[] RecurrentWeights, double[]? InputBias, double[]? RecurrentBias)
{
    /// <summary>The names of all four, without layer and direction.</summary>
    public static readonly string[] Names = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"];

    /// <summary>Those that there are.</summary>
    public IEnumerable<(string Name, double[] Values)> All() => Names
        .Zip<string, double[]?>([InputWeights, RecurrentWeights, InputBias, RecurrentBias])
        .Where(static one => one.Second is not null)
        .Select(static one => (one.First, one.Second!));
}
