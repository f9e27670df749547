namespace Backflow.Engine.Tests.Initialisation;

/// <summary>Networks right after initialisation, read back in PyTorch's order.</summary>
internal static class InitialisedNetwork
{
    /// <summary>The seed of every test that does not vary it.</summary>
    public const ulong Seed = 42;

    /// <summary>An embedding of 29 symbols, some layers of one cell and one size, and a head of 11 outputs.</summary>
    public static RecurrentNetwork Create(
        CellDescription cell,
        int hiddenSize,
        InitialisationOptions options,
        int inputSize = 7,
        int layers = 1,
        ulong seed = Seed)
    {
        RecurrentNetwork network = new(new NetworkOptions
        {
            VocabularySize = 29,
            InputSize = inputSize,
            Layers = [.. Enumerable.Repeat(new LayerOptions(cell, hiddenSize), layers)],
            OutputSize = 11,
        });
        NetworkInitialiser.Initialise(network, options, new SplittableRandom(seed));
        return network;
    }

    /// <summary>One parameter, in PyTorch's order.</summary>
    public static float[] Values(this RecurrentNetwork network, string name)
    {
        Parameter parameter = network.Layout.Find(name)!;
        float[] values = new float[parameter.Count];
        parameter.Export(network.Parameters.Span, values);
        return values;
    }

    /// <summary>One gate's block of the first layer's recurrent weights, [H, H].</summary>
    public static float[] RecurrentBlock(this RecurrentNetwork network, int gate, int hiddenSize) =>
        network.Values("weight_hh_l0").AsSpan(gate * hiddenSize * hiddenSize, hiddenSize * hiddenSize).ToArray();

    /// <summary>One gate's part of a bias, [H].</summary>
    public static float[] BiasOf(this RecurrentNetwork network, string name, int gate, int hiddenSize) =>
        network.Values(name).AsSpan(gate * hiddenSize, hiddenSize).ToArray();
}
