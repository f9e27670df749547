namespace Backflow.Engine;

/// <summary>h = φ(a).</summary>
internal sealed class FlossedElman(CellKind cell) : FlossedCell(gates: 1, inputs: 1, states: 1, keptState: -1)
{
    public override void Evaluate(ReadOnlySpan<double> z, Span<double> values, Span<double> slopes)
    {
        values[0] = ElmanActivation.Value(cell, z[0]);
        slopes[0] = ElmanActivation.Slope(cell, values[0]);
    }

    public override void AddCurvature(ReadOnlySpan<double> z, ReadOnlySpan<double> v, Span<double> result) =>
        result[0] += ElmanActivation.Bend(cell, ElmanActivation.Value(cell, z[0])) * v[0];
}
