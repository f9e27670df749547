using Backflow.Engine;

namespace Backflow.Exchange.Tests.Onnx;

/// <summary>What the engine computes of a batch: outputs and final states, by the names of an exported model.</summary>
internal static class EngineRun
{
    // Larger ones make a chaotic network of 29 units, whose states drift apart with the timesteps.
    private const double LargestWeight = 0.4;

    /// <summary>A network with random parameters.</summary>
    public static RecurrentNetwork Network(NetworkOptions options, ulong seed)
    {
        RecurrentNetwork network = new(options);
        SplittableRandom random = new(seed);
        foreach (Parameter parameter in network.Layout.Parameters)
        {
            parameter.Import(Singles(random, parameter.Count, LargestWeight), network.Parameters.Span);
        }

        return network;
    }

    public static float[] Singles(SplittableRandom random, int count, double largest)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = (float)random.NextUniform(-largest, largest);
        }

        return values;
    }

    /// <summary>Runs a batch.</summary>
    /// <param name="network">What computes; its parameters stay.</param>
    /// <param name="timesteps">T.</param>
    /// <param name="sequences">B.</param>
    /// <param name="input">[T, B, I], or the symbols of an embedding, [T, B].</param>
    /// <param name="states">The initial states by name: h0_l0, c0_l0, …; those that are missing are zeros.</param>
    public static Dictionary<string, float[]> Run(
        RecurrentNetwork network, int timesteps, int sequences, float[] input, Dictionary<string, float[]> states)
    {
        using WorkerPool pool = new(threads: 1);
        NetworkPass pass = new(network, timesteps, sequences, pool);
        if (network.Options.VocabularySize > 0)
        {
            Array.ConvertAll(input, static symbol => (int)symbol).CopyTo(pass.Tokens);
        }
        else
        {
            pass.SetInput(input);
        }

        Dictionary<string, float[]> outputs = [];
        foreach (LayerPass layer in pass.Layers)
        {
            string name = Name(network, layer.Index);
            float[] zeros = new float[sequences * layer.HiddenSize];
            layer.SetInitialState(
                Part(states.GetValueOrDefault($"h0_{name}"), layer, zeros),
                layer.HasCellState ? Part(states.GetValueOrDefault($"c0_{name}"), layer, zeros) : []);
        }

        pass.Forward();
        foreach (LayerPass layer in pass.Layers)
        {
            string name = Name(network, layer.Index);
            Add(outputs, $"hn_{name}", layer.Hidden(timesteps - 1).ToArray());
            if (layer.HasCellState)
            {
                Add(outputs, $"cn_{name}", layer.Cell(timesteps - 1).ToArray());
            }
        }

        outputs["output"] = Output(pass);
        return outputs;
    }

    private static string Name(RecurrentNetwork network, int layer) => $"l{network.Options.DepthOf(layer)}";

    // Both directions of a layer are one state of a model, [2, B, H].
    private static float[] Part(float[]? states, LayerPass layer, float[] zeros) =>
        states is null ? zeros : [.. states.AsSpan(layer.Options.IsReverse ? zeros.Length : 0, zeros.Length)];

    private static void Add(Dictionary<string, float[]> outputs, string name, float[] values) =>
        outputs[name] = [.. outputs.GetValueOrDefault(name, []), .. values];

    private static float[] Output(NetworkPass pass)
    {
        if (pass.Head is LinearHead head)
        {
            int length = pass.BatchSize * head.OutputSize;
            float[] values = new float[head.Timesteps * length];
            for (int t = 0; t < head.Timesteps; t++)
            {
                head.GetOutputs(t, values.AsSpan(t * length, length));
            }

            return values;
        }

        float[] states = new float[pass.SequenceLength * pass.BatchSize * pass.Network.Options.TopSize];
        pass.GetTopStates(states);
        return states;
    }
}
