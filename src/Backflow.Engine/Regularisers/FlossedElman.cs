namespace Backflow.Engine;

/// <summary>h = φ(a).</summary>
internal sealed class FlossedElman(CellActivation activation)
    : FlossedCell(gates: 1, inputs: 1, states: 1, keptState: -1)
{
    public override void Evaluate(ReadOnlySpan<double> z, Span<double> values, Span<double> slopes)
    {
        values[0] = activation.Value(z[0]);
        slopes[0] = activation.Slope(values[0]);
    }

    public override void AddCurvature(ReadOnlySpan<double> z, ReadOnlySpan<double> v, Span<double> result) =>
        result[0] += activation.Bend(activation.Value(z[0])) * v[0];
}
