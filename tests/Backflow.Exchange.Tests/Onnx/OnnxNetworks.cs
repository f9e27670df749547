using System.Collections.Immutable;
using Backflow.Engine;

namespace Backflow.Exchange.Tests.Onnx;

/// <summary>Networks to export, and what their models are fed.</summary>
internal static class OnnxNetworks
{
    public const int Features = 3;
    public const int Outputs = 4;

    private const int Symbols = 9;

    /// <summary>Layers of 5, 17, 29 … units.</summary>
    public static NetworkOptions Options(string cell, int depth, string head, bool embeds) => new()
    {
        InputSize = Features,
        VocabularySize = embeds ? Symbols : 0,
        Layers = [.. Enumerable.Range(0, depth).Select(layer => new LayerOptions(Cells.Named(cell), 5 + (layer * 12)))],
        OutputSize = head == "none" ? 0 : Outputs,
        HeadPosition = head == "last" ? HeadPosition.LastTimestep : HeadPosition.EveryTimestep,
    };

    /// <summary>A network with the layers of another, each in both directions.</summary>
    public static NetworkOptions BothWays(NetworkOptions options) => options with
    {
        Layers =
        [
            .. options.Layers.SelectMany(static layer => (LayerOptions[])[layer, layer with { IsReverse = true }]),
        ],
    };

    /// <summary>One of each kind: a stack, an embedding with a head on the last timestep, both directions.</summary>
    public static ImmutableArray<NetworkOptions> Of(CellDescription cell) =>
    [
        Options(cell.Name, 2, "every", embeds: false),
        Options(cell.Name, 1, "last", embeds: true),
        BothWays(Options(cell.Name, 1, "none", embeds: false)),
    ];

    /// <summary>x, [T, B, I], or symbols, [T, B].</summary>
    public static float[] Input(RecurrentNetwork network, SplittableRandom random, int t, int b) =>
        network.Options.VocabularySize > 0
            ? [.. Enumerable.Range(0, t * b).Select(_ => (float)random.NextInt32(Symbols))]
            : EngineRun.Singles(random, t * b * Features, 1);

    /// <summary>Initial states by their names in a model; both directions of a layer are one.</summary>
    public static Dictionary<string, float[]> States(RecurrentNetwork network, SplittableRandom random, int b)
    {
        Dictionary<string, float[]> states = [];
        ImmutableArray<LayerOptions> layers = network.Options.Layers;
        for (int layer = 0; layer < layers.Length; layer++)
        {
            string name = $"l{network.Options.DepthOf(layer)}";
            Add($"h0_{name}", EngineRun.Singles(random, b * layers[layer].HiddenSize, 0.9));
            if (layers[layer].Cell.HasCellState)
            {
                Add($"c0_{name}", EngineRun.Singles(random, b * layers[layer].HiddenSize, 1.5));
            }
        }

        return states;

        void Add(string name, float[] values) => states[name] = [.. states.GetValueOrDefault(name, []), .. values];
    }

    /// <summary>What a model is fed: names, types, shapes and numbers.</summary>
    public static IEnumerable<(string Name, string Type, int[] Shape, float[] Values)> Feeds(
        RecurrentNetwork network, int t, int b, float[] input, Dictionary<string, float[]> states)
    {
        yield return network.Options.VocabularySize > 0
            ? ("tokens", "int64", [t, b], input)
            : ("input", "float32", [t, b, Features], input);
        foreach ((string name, float[] values) in states)
        {
            int hidden = network.Options.Layers
                .Where((_, layer) => name.EndsWith($"l{network.Options.DepthOf(layer)}", StringComparison.Ordinal))
                .Select(static layer => layer.HiddenSize)
                .First();
            yield return (name, "float32", [values.Length / (b * hidden), b, hidden], values);
        }
    }
}
