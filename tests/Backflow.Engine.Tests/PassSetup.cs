using System.Runtime.InteropServices;
using Backflow.Engine.Kernels;

namespace Backflow.Engine.Tests;

/// <summary>A small network with seeded parameters, inputs and targets, and one pass over it.</summary>
internal sealed class PassSetup : IDisposable
{
    public PassSetup(
        NetworkOptions options,
        int sequenceLength,
        int batchSize,
        int threads,
        bool recompute = false,
        KernelSet? kernels = null)
    {
        Pool = new WorkerPool(threads);
        Network = new RecurrentNetwork(options, kernels ?? KernelSet.Widest);
        SplittableRandom random = new(41);
        foreach (Parameter parameter in Network.Layout.Parameters)
        {
            SplittableRandom own = random.Split(parameter.Name);
            float[] values = [.. Enumerable.Range(0, parameter.Count).Select(_ => (float)own.NextUniform(-0.5, 0.5))];
            parameter.Import(values, Network.Parameters.Span);
        }

        Pass = new NetworkPass(Network, sequenceLength, batchSize, Pool, recompute);
        SplittableRandom tokens = random.Split("tokens");
        foreach (ref int token in Pass.Tokens)
        {
            token = tokens.NextInt32(options.VocabularySize);
        }

        if (Pass.Tokens.IsEmpty)
        {
            Pass.SetInput(Gaussian(seed: 6, sequenceLength * batchSize * options.InputSize));
        }

        if (Pass.Head is LinearHead head)
        {
            SplittableRandom targets = random.Split("targets");
            foreach (ref int target in head.Targets)
            {
                target = targets.NextInt32(options.OutputSize);
            }
        }
    }

    /// <summary>An embedding, three different cells of odd sizes, and a head.</summary>
    public static NetworkOptions MixedStack => new()
    {
        VocabularySize = 11,
        InputSize = 6,
        Layers =
        [
            new LayerOptions(Cells.RnnTanh, 9),
            new LayerOptions(Cells.Lstm, 33),
            new LayerOptions(Cells.GruResetBefore, 20),
            new LayerOptions(Cells.Gru, 5),
        ],
        OutputSize = 11,
    };

    public WorkerPool Pool { get; }

    public RecurrentNetwork Network { get; }

    public NetworkPass Pass { get; }

    public static float[] Gaussian(ulong seed, int count)
    {
        SplittableRandom random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.NextGaussian())];
    }

    /// <summary>The bits of numbers: NaN equals NaN, and 0 differs from −0.</summary>
    public static int[] Bits(float[] values) => MemoryMarshal.Cast<float, int>(values).ToArray();

    public float[] States(int layer, int t, int width)
    {
        float[] values = new float[Pass.BatchSize * width];
        Pass.Layers[layer].Hidden(t).CopyTo(values);
        return values;
    }

    public float[] Gradient(string parameter)
    {
        Parameter found = Network.Layout.Find(parameter)!;
        float[] values = new float[found.Count];
        found.Export(Network.Gradients.Span, values);
        return values;
    }

    /// <summary>Loss, parameter gradients, states and total gradients of every layer and timestep, and ∂L/∂x.</summary>
    public float[] Everything()
    {
        List<float> values = [.. Network.Gradients.Span];
        long loss = BitConverter.DoubleToInt64Bits(Pass.Head!.Loss);
        values.Add(BitConverter.Int32BitsToSingle((int)loss));
        values.Add(BitConverter.Int32BitsToSingle((int)(loss >> 32)));
        for (int layer = 0; layer < Network.Options.Layers.Length; layer++)
        {
            float[] row = new float[Pass.BatchSize * Network.Options.Layers[layer].HiddenSize];
            for (int t = LayerPass.Initial; t < Pass.SequenceLength; t++)
            {
                Pass.Layers[layer].Hidden(t).CopyTo(row);
                values.AddRange(row);
                Pass.Layers[layer].HiddenGradient(t).CopyTo(row);
                values.AddRange(row);
                if (Pass.Layers[layer].HasCellState)
                {
                    Pass.Layers[layer].Cell(t).CopyTo(row);
                    values.AddRange(row);
                    Pass.Layers[layer].CellGradient(t).CopyTo(row);
                    values.AddRange(row);
                }
            }
        }

        float[] dInput = new float[Pass.SequenceLength * Pass.BatchSize * Network.Options.InputSize];
        Pass.GetInputGradient(dInput);
        return [.. values, .. dInput];
    }

    public void Dispose() => Pool.Dispose();
}
