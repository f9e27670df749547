using Backflow.Engine;
using Backflow.Telemetry;

namespace Backflow.Experiments.Diagnosis;

/// <summary>How far back the last answer alone sends its gradient.</summary>
/// <remarks>
/// Where every timestep has a loss, the total gradient of an early state is mostly that of the answers next to it, and
/// says nothing about the way from the end. The row of the last loss in the itemised gradient does:
/// ‖∂L_τ/∂hₜ‖, and ∂L_τ/∂cₜ in an LSTM, with the last τ that a sequence has an answer for.
/// </remarks>
internal static class LastAnswerGradient
{
    /// <summary>Measures every layer.</summary>
    /// <param name="pass">A pass after its forward pass.</param>
    /// <param name="mostSequences">Sequences that take part: each costs a product with R per timestep.</param>
    /// <returns>[layer][T]: norm over units and sequences, the last entry at the answer itself (lag 0).</returns>
    public static float[][] Measure(NetworkPass pass, int mostSequences)
    {
        int timesteps = pass.SequenceLength;
        double[][] squares = [.. Enumerable.Range(0, pass.Network.Layers.Length).Select(_ => new double[timesteps])];
        for (int sequence = 0; sequence < Math.Min(mostSequences, pass.BatchSize); sequence++)
        {
            int answer = LastAnswer(pass, sequence);
            ItemisedGradientMap map = ItemisedGradientNorm.Measure(pass, sequence, firstLoss: answer);
            for (int layer = 0; layer < squares.Length; layer++)
            {
                ReadOnlySpan<double> row = pass.HasCellState(layer) ? map.Cell(layer) : map.Hidden(layer);
                for (int lag = 0; lag <= answer; lag++)
                {
                    squares[layer][timesteps - 1 - lag] += row[answer - lag] * row[answer - lag];
                }
            }
        }

        return [.. squares.Select(static layer => layer.Select(static square => (float)Math.Sqrt(square)).ToArray())];
    }

    // The head holds ∂L/∂y, which is 0 where there is no answer.
    private static int LastAnswer(NetworkPass pass, int sequence)
    {
        LinearHead head = pass.Head!;
        float[] outputs = new float[pass.BatchSize * head.OutputSize];
        for (int t = head.Timesteps - 1; t >= 0; t--)
        {
            head.GetOutputs(t, outputs);
            if (outputs.AsSpan(sequence * head.OutputSize, head.OutputSize).ContainsAnyExcept(0f))
            {
                return t + pass.SequenceLength - head.Timesteps;
            }
        }

        return pass.SequenceLength - 1;
    }
}
