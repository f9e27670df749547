using System.Collections.Immutable;
using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>Where <see cref="GateStatistics"/> writes: four rows of [T] for each gate of one layer.</summary>
public sealed class GateRows
{
    private readonly int _timesteps;
    private readonly float[] _means;
    private readonly float[] _sharesBelow;
    private readonly float[] _sharesAbove;
    private readonly float[] _meanDerivatives;

    /// <summary>Allocates the rows.</summary>
    /// <param name="cell">The layer's cell; one without gates has no rows.</param>
    /// <param name="timesteps">T.</param>
    public GateRows(CellDescription cell, int timesteps)
    {
        Cell = cell;
        Gates = cell.GateNames;
        _timesteps = timesteps;
        int length = Gates.Length * timesteps;
        _means = new float[length];
        _sharesBelow = new float[length];
        _sharesAbove = new float[length];
        _meanDerivatives = new float[length];
    }

    /// <summary>The gates' names in PyTorch's order, which is that of the rows.</summary>
    public ImmutableArray<string> Gates { get; }

    internal CellDescription Cell { get; }

    /// <summary>Mean value of one gate.</summary>
    /// <param name="gate">The gate's number.</param>
    /// <returns>[T].</returns>
    public Span<float> Mean(int gate) => Row(_means, gate);

    /// <summary>Share below 0.1 of one gate.</summary>
    /// <param name="gate">The gate's number.</param>
    /// <returns>[T].</returns>
    public Span<float> ShareBelow(int gate) => Row(_sharesBelow, gate);

    /// <summary>Share above 0.9 of one gate.</summary>
    /// <param name="gate">The gate's number.</param>
    /// <returns>[T].</returns>
    public Span<float> ShareAbove(int gate) => Row(_sharesAbove, gate);

    /// <summary>Mean derivative of the activation of one gate.</summary>
    /// <param name="gate">The gate's number.</param>
    /// <returns>[T].</returns>
    public Span<float> MeanDerivative(int gate) => Row(_meanDerivatives, gate);

    internal void Require(LayerPass layer)
    {
        CellDescription cell = layer.Options.Cell;
        if (cell != Cell || _timesteps != layer.SequenceLength)
        {
            throw new ArgumentException(
                $"The rows are for {Cell.Name} and T = {_timesteps}; layer {layer.Index} is "
                + $"{cell.Name} and T = {layer.SequenceLength}.");
        }
    }

    private Span<float> Row(float[] rows, int gate) => rows.AsSpan(gate * _timesteps, _timesteps);
}
