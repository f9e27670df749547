using System.Collections.Immutable;
using System.Text.Json;

namespace Backflow.Exchange.TensorFlowJs;

/// <summary>One layer of a model.</summary>
/// <param name="Kind">Its class: LSTM, Dense, ….</param>
/// <param name="Name">Its name, with which the names of its weights begin.</param>
/// <param name="Config">Its settings.</param>
internal readonly record struct ModelLayer(string Kind, string Name, ModelConfig Config);

/// <summary>The layers of a model in the order in which data go through them.</summary>
/// <param name="Layers">An input first, where the model has one.</param>
internal sealed record ModelTopology(ImmutableArray<ModelLayer> Layers)
{
    private const int MostLayers = 200;
    private const string ChainOnly = "Make a model in which each layer reads the one before it alone.";

    /// <summary>The layers of a model.json.</summary>
    public static ModelTopology Of(ModelConfig model)
    {
        ModelRefusals refusals = model.Refusals;
        if (model.LookText("format") is string format && format != "layers-model")
        {
            throw refusals.NotSupported(
                $"its format is {ModelRefusals.Quoted(format)}, and 'layers-model' can be read",
                "Save a model of tf.layers, or convert to the output format tfjs_layers_model.");
        }

        ModelConfig topology = model.Object("modelTopology");
        topology = topology.LookObject("model_config") ?? topology;
        string kind = topology.Text("class_name");
        return kind switch
        {
            // Keras wrote the list of a sequential model alone until 2.2.2.
            "Sequential" when topology.HasList("config") => new([.. LayersOf(topology.Objects("config"), refusals)]),
            "Sequential" => new([.. LayersOf(topology.Object("config").Objects("layers"), refusals)]),
            "Model" or "Functional" => new(Chain(topology.Object("config"))),
            _ => throw refusals.NotSupported(
                $"its class is {ModelRefusals.Quoted(kind)}, and Sequential, Model and Functional can be read",
                ChainOnly),
        };
    }

    private static IEnumerable<ModelLayer> LayersOf(IEnumerable<ModelConfig> layers, ModelRefusals refusals)
    {
        int count = 0;
        foreach (ModelConfig layer in layers)
        {
            ModelConfig config = layer.Object("config");
            yield return ++count <= MostLayers
                ? new ModelLayer(layer.Text("class_name"), config.LookText("name") ?? layer.Text("name"), config)
                : throw refusals.Damaged($"it has more than {MostLayers} layers");
        }
    }

    private static ImmutableArray<ModelLayer> Chain(ModelConfig config)
    {
        ModelRefusals refusals = config.Refusals;
        Dictionary<string, ModelLayer> byInput = new(StringComparer.Ordinal);
        ModelLayer[] layers = [.. LayersOf(config.Objects("layers"), refusals)];
        string?[] inputs = [.. config.Objects("layers").Select(InputOf)];
        int first = Array.FindIndex(layers, static layer => layer.Kind == "InputLayer");
        if (first < 0 || inputs.Count(static input => input is null) != 1)
        {
            throw refusals.NotSupported("it has no input, or several", ChainOnly);
        }

        for (int i = 0; i < layers.Length; i++)
        {
            if (inputs[i] is string input && !byInput.TryAdd(input, layers[i]))
            {
                throw refusals.NotSupported($"two layers read {ModelRefusals.Quoted(input)}", ChainOnly);
            }
        }

        List<ModelLayer> chain = [layers[first]];
        while (chain.Count <= layers.Length && byInput.TryGetValue(chain[^1].Name, out ModelLayer next))
        {
            chain.Add(next);
        }

        JsonElement[] outputs = [.. config.List("output_layers")];
        return chain.Count == layers.Length && outputs.Length == 1 && NameOf(outputs[0]) == chain[^1].Name
            ? [.. chain]
            : throw refusals.NotSupported("its layers are no chain from one input to one output", ChainOnly);
    }

    /// <summary>The layer that a layer reads; null for an input.</summary>
    private static string? InputOf(ModelConfig layer)
    {
        // [[["lstm", 0, 0, {}]]]: the calls of the layer; their inputs, each a layer, its call, its output, arguments.
        JsonElement[] calls = [.. layer.List("inbound_nodes")];
        if (calls.Length == 0)
        {
            return null;
        }

        JsonElement[] inputs = calls[0].ValueKind == JsonValueKind.Array ? [.. calls[0].EnumerateArray()] : [];
        bool isPlain = calls.Length == 1 && inputs.Length == 1 && inputs[0].ValueKind == JsonValueKind.Array
            && inputs[0].GetArrayLength() is 3 or 4 && IsZero(inputs[0][1]) && IsZero(inputs[0][2])
            && (inputs[0].GetArrayLength() == 3 || IsEmpty(inputs[0][3]));
        return isPlain && NameOf(inputs[0]) is string name ? name : throw layer.Refusals.NotSupported(
            $"the layer {ModelRefusals.Quoted(layer.LookText("name") ?? "")} has several inputs, arguments or calls",
            ChainOnly);
    }

    private static string? NameOf(JsonElement node) =>
        node.ValueKind == JsonValueKind.Array && node.GetArrayLength() > 0 && node[0].ValueKind == JsonValueKind.String
            ? node[0].GetString()
            : null;

    private static bool IsZero(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number == 0;

    private static bool IsEmpty(JsonElement value) => value.ValueKind == JsonValueKind.Null
        || (value.ValueKind == JsonValueKind.Object && !value.EnumerateObject().Any());
}
