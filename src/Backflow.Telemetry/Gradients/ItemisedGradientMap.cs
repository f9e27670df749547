namespace Backflow.Telemetry;

/// <summary>The itemised gradients of one sequence: norms of every pair, and their vector sums.</summary>
public sealed class ItemisedGradientMap
{
    private readonly double[][] _hidden;
    private readonly double[][] _cell;
    private readonly float[][] _sums;

    internal ItemisedGradientMap(
        double[][] hidden, double[][] cell, float[][] sums, int sequenceLength, int window, int firstLoss)
    {
        _hidden = hidden;
        _cell = cell;
        _sums = sums;
        SequenceLength = sequenceLength;
        Window = window;
        FirstLoss = firstLoss;
    }

    /// <summary>Timesteps, T.</summary>
    public int SequenceLength { get; }

    /// <summary>The largest lag τ − t that was followed.</summary>
    public int Window { get; }

    /// <summary>The earliest loss that was followed; rows begin with it.</summary>
    public int FirstLoss { get; }

    /// <summary>‖∂L_τ/∂hₜ‖₂ of one layer.</summary>
    /// <param name="layer">From 0, the one next to the input.</param>
    /// <returns>
    /// [T − FirstLoss, T], row τ − FirstLoss, column t, in double; 0 above the diagonal and beyond the window.
    /// </returns>
    public ReadOnlySpan<double> Hidden(int layer) => _hidden[layer];

    /// <summary>‖∂L_τ/∂cₜ‖₂ of one layer.</summary>
    /// <param name="layer">From 0, the one next to the input.</param>
    /// <returns>[T − FirstLoss, T], likewise; empty for a layer without cell state.</returns>
    public ReadOnlySpan<double> Cell(int layer) => _cell[layer];

    /// <summary>Σ over the τ that were followed of ∂L_τ/∂hₜ as vectors: the total gradient, to rounding, where the
    /// window holds every lag.</summary>
    /// <param name="layer">From 0, the one next to the input.</param>
    /// <returns>[T, H].</returns>
    public ReadOnlySpan<float> ColumnSums(int layer) => _sums[layer];
}
