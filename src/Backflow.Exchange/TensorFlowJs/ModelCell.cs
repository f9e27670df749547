using Backflow.Engine;

namespace Backflow.Exchange.TensorFlowJs;

/// <summary>The cell of a recurrent layer, and how its columns become the engine's rows.</summary>
/// <param name="Cell">The engine's cell.</param>
/// <param name="Gates">For each gate of the engine, its place among the columns.</param>
/// <param name="Negated">A gate whose weights change their sign; −1 for none.</param>
/// <param name="HasTwoBiases">Whether the bias is [2, G·H]: one of the input, one of the state.</param>
internal sealed record ModelCell(CellDescription Cell, int[] Gates, int Negated = -1, bool HasTwoBiases = false)
{
    /// <summary>A matrix [rows, G·H] as the engine has it: [G·H, rows], the gates in its order.</summary>
    /// <param name="values">The matrix, or a bias of one row.</param>
    /// <param name="units">H.</param>
    public float[] Rows(ReadOnlySpan<float> values, int units)
    {
        int columns = Gates.Length * units;
        int rows = values.Length / columns;
        float[] ordered = new float[values.Length];
        for (int gate = 0; gate < Gates.Length; gate++)
        {
            float sign = gate == Negated ? -1 : 1;
            for (int unit = 0; unit < units; unit++)
            {
                int from = (Gates[gate] * units) + unit;
                int to = ((gate * units) + unit) * rows;
                for (int row = 0; row < rows; row++)
                {
                    ordered[to + row] = sign * values[(row * columns) + from];
                }
            }
        }

        return ordered;
    }
}
