using Backflow.Engine;
using Backflow.Tensors;

namespace Backflow.Exchange.Onnx;

/// <summary>A single recurrent node by the engine, one network for each direction.</summary>
internal static class OnnxNodeEngine
{
    /// <summary>What keeps the engine from computing a node, in words; null where nothing does.</summary>
    public static string? Obstacle(OnnxRecurrentNode node, OnnxRecurrenceInputs inputs) => node.Obstacle()
        ?? (inputs.HasPeepholes ? "has peepholes"
            : Enumerable.Range(0, inputs.Sequences).Any(sequence => inputs.LengthOf(sequence) == 0)
                ? "has a sequence without timesteps"
            : null);

    /// <summary>Computes a node that has no obstacle.</summary>
    public static OnnxRecurrenceOutputs Compute(OnnxRecurrentNode node, OnnxRecurrenceInputs inputs, WorkerPool pool)
    {
        OnnxRecurrenceOutputs outputs = new(node, inputs.Timesteps, inputs.Sequences);
        for (int direction = 0; direction < node.Directions; direction++)
        {
            Compute(node, inputs, direction, outputs, pool);
        }

        return outputs;
    }

    private static void Compute(
        OnnxRecurrentNode node,
        OnnxRecurrenceInputs inputs,
        int direction,
        OnnxRecurrenceOutputs outputs,
        WorkerPool pool)
    {
        OnnxCell cell = node.CellOf(direction)!;
        RecurrentNetwork network = new(new NetworkOptions
        {
            InputSize = inputs.Weights.InputSize,
            Layers = [new LayerOptions(cell.Cell, node.HiddenSize)],
        });
        foreach (Tensor tensor in inputs.Weights.Parameters(direction, cell, depth: 0, isReverse: false))
        {
            network.Layout.Find(tensor.Name)!.Import(tensor.ToSingles(), network.Parameters.Span);
        }

        NetworkPass pass = new(network, inputs.Timesteps, inputs.Sequences, pool);
        pass.SetLengths([.. Enumerable.Range(0, inputs.Sequences).Select(inputs.LengthOf)]);
        bool isReverse = node.IsReverse || direction == 1;
        pass.SetInput(Along(inputs, isReverse));
        LayerPass layer = pass.Layers[0];
        layer.SetInitialState(
            Singles(inputs.Sequences, sequence => inputs.InitialHidden(direction, sequence)),
            layer.HasCellState ? Singles(inputs.Sequences, sequence => inputs.InitialCell(direction, sequence)) : []);
        pass.Forward();
        for (int sequence = 0; sequence < inputs.Sequences; sequence++)
        {
            int length = inputs.LengthOf(sequence);
            for (int t = 0; t < length; t++)
            {
                outputs.SetState(
                    isReverse ? length - 1 - t : t, direction, sequence, Doubles(layer.Hidden(t)[sequence]));
            }

            outputs.SetFinal(
                direction,
                sequence,
                Doubles(layer.Hidden(length - 1)[sequence]),
                layer.HasCellState ? Doubles(layer.Cell(length - 1)[sequence]) : []);
        }
    }

    // [T, B, I] in the order in which a direction reads: of a reverse one each sequence from its own end.
    private static float[] Along(OnnxRecurrenceInputs inputs, bool isReverse)
    {
        int features = inputs.Weights.InputSize;
        float[] input = new float[inputs.Timesteps * inputs.Sequences * features];
        for (int sequence = 0; sequence < inputs.Sequences; sequence++)
        {
            int length = inputs.LengthOf(sequence);
            for (int t = 0; t < length; t++)
            {
                ReadOnlySpan<double> x = inputs.Features(isReverse ? length - 1 - t : t, sequence);
                for (int i = 0; i < features; i++)
                {
                    input[(((t * inputs.Sequences) + sequence) * features) + i] = (float)x[i];
                }
            }
        }

        return input;
    }

    private static float[] Singles(int sequences, Func<int, double[]> state) =>
        [.. Enumerable.Range(0, sequences).SelectMany(state).Select(static value => (float)value)];

    private static double[] Doubles(ReadOnlySpan<float> values) =>
        [.. values.ToArray().Select(static one => (double)one)];
}
