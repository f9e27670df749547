using System.Globalization;
using Backflow.Engine;
using Backflow.Exchange.Onnx.Protobuf;

namespace Backflow.Exchange.Onnx;

/// <summary>Makes the graph of a network, from the input upwards.</summary>
/// <param name="network">What the graph is to compute.</param>
internal sealed class OnnxGraphWriter(RecurrentNetwork network)
{
    private const string Timesteps = "T";
    private const string Sequences = "B";
    private const string Result = "output";

    private readonly GraphProto _graph = new() { Name = "network" };

    /// <summary>Makes the graph.</summary>
    public GraphProto Write()
    {
        NetworkOptions options = network.Options;
        bool hasHead = options.OutputSize > 0;
        bool isLast = hasHead && options.HeadPosition == HeadPosition.LastTimestep;
        _graph.Output.Add(OnnxTensors.Describe(
            Result,
            OnnxTensors.Single,
            isLast ? [Sequences, options.OutputSize]
                : [Timesteps, Sequences, hasHead ? options.OutputSize : options.TopSize]));
        string value = WriteInput(options);
        for (int layer = 0; layer < options.Layers.Length; layer++)
        {
            bool isBidirectional = layer + 1 < options.Layers.Length && options.Layers[layer + 1].IsReverse;
            bool isTop = layer + (isBidirectional ? 2 : 1) == options.Layers.Length;
            string above = isTop && !hasHead ? Result : Name("y", options.DepthOf(layer));
            WriteLayer(layer, isBidirectional, value, isTop && isLast ? "" : above);
            value = above;
            layer += isBidirectional ? 1 : 0;
        }

        if (hasHead)
        {
            WriteHead(isLast ? WriteLastState(Name("hn", options.DepthOf(options.Layers.Length - 1))) : value);
        }

        return _graph;
    }

    private string WriteInput(NetworkOptions options)
    {
        if (options.VocabularySize == 0)
        {
            _graph.Input.Add(OnnxTensors.Describe(
                "input", OnnxTensors.Single, [Timesteps, Sequences, options.InputSize]));
            return "input";
        }

        _graph.Input.Add(OnnxTensors.Describe("tokens", OnnxTensors.Int64, [Timesteps, Sequences]));
        Parameter embedding = network.Embedding!;
        _graph.Initializer.Add(OnnxTensors.Singles(
            embedding.Name, [options.VocabularySize, options.InputSize], Values(embedding)));
        Node("Gather", [embedding.Name, "tokens"], ["x"]);
        return "x";
    }

    private void WriteLayer(int layer, bool isBidirectional, string below, string above)
    {
        LayerOptions[] directions =
            [.. network.Options.Layers.AsSpan(layer, isBidirectional ? 2 : 1)];
        OnnxCell[] cells = [.. directions.Select((one, place) => Operator(one, layer + place))];
        int hidden = directions[0].HiddenSize;
        int depth = network.Options.DepthOf(layer);
        if (cells.Any(cell => cell.Operator != cells[0].Operator || cell.IsResetAfter != cells[0].IsResetAfter)
            || directions.Any(one => one.HiddenSize != hidden))
        {
            throw new ExchangeException(
                $"The two directions of layer {depth} differ, and an ONNX operator has one hidden size and one cell "
                + "for both.",
                "Export a network whose layers have one cell and one size.");
        }

        WriteWeights(layer, cells, hidden, depth);
        bool hasCellState = cells[0].HasCellState;
        List<string> inputs =
            [below, Name("W", depth), Name("R", depth), Name("B", depth), "", State("h0", depth, directions, true)];
        List<string> outputs = [above.Length == 0 ? "" : Name("Y", depth), State("hn", depth, directions, false)];
        if (hasCellState)
        {
            inputs.Add(State("c0", depth, directions, true));
            outputs.Add(State("cn", depth, directions, false));
        }

        NodeProto node = Node(cells[0].Operator, inputs, outputs);
        node.Attribute.Add(OnnxTensors.Whole("hidden_size", hidden));
        node.Attribute.Add(OnnxTensors.Texts(
            "activations", [.. cells.SelectMany(static cell => cell.Activations)]));
        if (isBidirectional)
        {
            node.Attribute.Add(OnnxTensors.Text("direction", "bidirectional"));
        }

        if (cells[0].IsResetAfter)
        {
            node.Attribute.Add(OnnxTensors.Whole(OnnxCell.ResetAfterAttribute, 1));
        }

        if (above.Length > 0)
        {
            WriteStates(depth, isBidirectional, above);
        }
    }

    // Y is [T, D, B, H], and what reads it wants [T, B, D·H].
    private void WriteStates(int depth, bool isBidirectional, string above)
    {
        string name = Name("Y", depth);
        if (!isBidirectional)
        {
            string axes = Name("direction_axis", depth);
            _graph.Initializer.Add(OnnxTensors.Int64s(axes, [1], [1]));
            Node("Squeeze", [name, axes], [above]);
            return;
        }

        string shape = Name("joined_shape", depth);
        _graph.Initializer.Add(OnnxTensors.Int64s(shape, [3], [0, 0, -1]));
        Node("Transpose", [name], [Name("directions", depth)])
            .Attribute.Add(OnnxTensors.Wholes("perm", [0, 2, 1, 3]));
        Node("Reshape", [Name("directions", depth), shape], [above]);
    }

    private void WriteWeights(int layer, OnnxCell[] cells, int hidden, int depth)
    {
        int rows = cells[0].Gates.Length * hidden;
        int input = network.Options.InputSizeOf(layer);
        float[] w = new float[cells.Length * rows * input];
        float[] r = new float[cells.Length * rows * hidden];
        float[] b = new float[cells.Length * rows * 2];
        for (int direction = 0; direction < cells.Length; direction++)
        {
            RecurrentLayerParameters parameters = network.Layers[layer + direction];
            OnnxCell cell = cells[direction];
            cell.ToOnnx(Values(parameters.InputWeights), w.AsSpan(direction * rows * input, rows * input));
            cell.ToOnnx(Values(parameters.RecurrentWeights), r.AsSpan(direction * rows * hidden, rows * hidden));
            cell.ToOnnx(Values(parameters.InputBias), b.AsSpan(direction * 2 * rows, rows));
            cell.ToOnnx(Values(parameters.RecurrentBias), b.AsSpan(((2 * direction) + 1) * rows, rows));
        }

        _graph.Initializer.Add(OnnxTensors.Singles(Name("W", depth), [cells.Length, rows, input], w));
        _graph.Initializer.Add(OnnxTensors.Singles(Name("R", depth), [cells.Length, rows, hidden], r));
        _graph.Initializer.Add(OnnxTensors.Singles(Name("B", depth), [cells.Length, 2 * rows], b));
    }

    // What each direction read last, [D, B, H], side by side: [B, D·H].
    private string WriteLastState(string final)
    {
        _graph.Initializer.Add(OnnxTensors.Int64s("last_shape", [2], [0, -1]));
        Node("Transpose", [final], ["last_directions"]).Attribute.Add(OnnxTensors.Wholes("perm", [1, 0, 2]));
        Node("Reshape", ["last_directions", "last_shape"], ["last_state"]);
        return "last_state";
    }

    private void WriteHead(string value)
    {
        int outputs = network.Options.OutputSize;
        int features = network.Options.TopSize;
        float[] weights = Values(network.HeadWeights!);
        float[] transposed = new float[weights.Length];
        for (int i = 0; i < weights.Length; i++)
        {
            (int output, int feature) = Math.DivRem(i, features);
            transposed[(feature * outputs) + output] = weights[i];
        }

        _graph.Initializer.Add(OnnxTensors.Singles("head.weight", [features, outputs], transposed));
        _graph.Initializer.Add(OnnxTensors.Singles("head.bias", [outputs], Values(network.HeadBias!)));
        Node("MatMul", [value, "head.weight"], ["product"]);
        Node("Add", ["product", "head.bias"], [Result]);
    }

    private string State(string state, int depth, LayerOptions[] directions, bool isInput)
    {
        string name = Name(state, depth);
        (isInput ? _graph.Input : _graph.Output).Add(OnnxTensors.Describe(
            name, OnnxTensors.Single, [directions.Length, Sequences, directions[0].HiddenSize]));
        return name;
    }

    private NodeProto Node(string operation, IEnumerable<string> inputs, IEnumerable<string> outputs)
    {
        NodeProto node = new() { OpType = operation };
        node.Input.AddRange(inputs);
        node.Output.AddRange(outputs);
        node.Name = node.Output.First(static output => output.Length > 0);
        _graph.Node.Add(node);
        return node;
    }

    private float[] Values(Parameter parameter)
    {
        float[] values = new float[parameter.Count];
        parameter.Export(network.Parameters.Span, values);
        return values.All(float.IsFinite) ? values : throw new ExchangeException(
            $"{parameter.Name} has numbers that are not finite, which ONNX Runtime would hide: of an LSTM or GRU with "
            + "biases it makes finite outputs of them.",
            "Export a checkpoint from before the first NaN or infinity.");
    }

    private static OnnxCell Operator(LayerOptions layer, int number) => OnnxCell.Of(layer.Cell)
        ?? throw new ExchangeException(
            $"Layer {number} has the cell '{layer.Cell}', and ONNX has no operator for it.",
            $"Export a network of these cells: {string.Join(", ", OnnxCell.All.Select(static cell => cell.Cell))}.");

    private static string Name(string what, int depth) =>
        string.Create(CultureInfo.InvariantCulture, $"{what}_l{depth}");
}
