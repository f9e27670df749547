using System.Collections.Immutable;
using Backflow.Exchange.Onnx.Protobuf;

namespace Backflow.Exchange.Onnx;

/// <summary>Follows a graph from its inputs to its outputs, and finds the network in it.</summary>
/// <remarks>
/// Nothing is computed: each value is known by what it means, and each operator says what it makes of that. What has no
/// meaning in a chain of recurrent layers is refused by the node's name.
/// </remarks>
internal sealed class OnnxChain
{
    private readonly Dictionary<string, OnnxValue> _values = new(StringComparer.Ordinal);
    private readonly OnnxLayers _layers;
    private readonly OnnxHeads _heads;
    private readonly OnnxShapes _shapes;
    private readonly OnnxParts _parts;

    private OnnxChain(OnnxRefusal refusal)
    {
        Refusal = refusal;
        _layers = new OnnxLayers(this);
        _heads = new OnnxHeads(this);
        _shapes = new OnnxShapes(this);
        _parts = new OnnxParts(this);
    }

    /// <summary>What refuses the file.</summary>
    public OnnxRefusal Refusal { get; }

    /// <summary>The recurrent layers, the one next to the input first.</summary>
    public List<OnnxLayer> Layers { get; } = [];

    /// <summary>The embedding [V, E], or null.</summary>
    public OnnxTensor? Embedding { get; set; }

    /// <summary>The head, or null.</summary>
    public OnnxHead? Head { get; set; }

    /// <summary>The input that holds the sequences.</summary>
    public InputValue? Input { get; private set; }

    /// <summary>Whether the sequences are the input's first axis.</summary>
    public bool? IsBatchFirst { get; set; }

    /// <summary>What the file says and the network does not do.</summary>
    public List<string> Remarks { get; } = [];

    /// <summary>The graph's outputs with what they mean.</summary>
    public ImmutableArray<(string Name, OnnxValue Value)> Outputs { get; private set; } = [];

    /// <summary>Follows a graph.</summary>
    /// <exception cref="ExchangeException">It holds something else than a chain of recurrent layers.</exception>
    public static OnnxChain Follow(GraphProto graph, OnnxRefusal refusal)
    {
        OnnxChain chain = new(refusal);
        chain.ReadInputs(graph);
        foreach (NodeProto proto in graph.Node)
        {
            chain.Follow(new OnnxNode(proto, refusal));
        }

        chain.ReadOutputs(graph);
        return chain;
    }

    /// <summary>Takes an input of the graph as the sequences.</summary>
    public void TakeInput(InputValue input, OnnxNode node)
    {
        if (Input is not null && Input != input)
        {
            throw node.Wrong(
                $"reads {OnnxRefusal.Quote(input.Name)} as sequences, and so is {OnnxRefusal.Quote(Input.Name)}");
        }

        Input = input;
    }

    /// <summary>The value as features, where it is some.</summary>
    public FlowValue? AsFlow(OnnxValue? value, OnnxNode node)
    {
        if (value is not InputValue { Rank: 3 } input || input.Type is not (OnnxTensors.Single or OnnxTensor.Half))
        {
            return value as FlowValue;
        }

        TakeInput(input, node);
        return new FlowValue($"{OnnxAxes.First}{OnnxAxes.Second}{OnnxAxes.Features}", Level: 0);
    }

    private void ReadInputs(GraphProto graph)
    {
        if (graph.SparseInitializer.Count > 0)
        {
            throw Refusal.Of("it has sparse initialisers, which are not read");
        }

        foreach (TensorProto proto in graph.Initializer)
        {
            _values[proto.Name] = new KnownValue(OnnxTensor.Read(proto, Refusal));
        }

        foreach (ValueInfoProto info in graph.Input)
        {
            TensorTypeProto? type = info.Type?.TensorType;
            _values.TryAdd(info.Name, type?.Shape is null
                ? throw Refusal.Of($"its input {OnnxRefusal.Quote(info.Name)} has no shape")
                : new InputValue(info.Name, type.ElemType, type.Shape.Dim.Count));
        }
    }

    private void Follow(OnnxNode node)
    {
        OnnxValue?[] inputs = [.. node.Inputs.Select(name => name.Length == 0 ? null : Value(name, node))];
        OnnxValue[] outputs = _layers.Follow(node, inputs) ?? _heads.Follow(node, inputs)
            ?? _shapes.Follow(node, inputs) ?? _parts.Follow(node, inputs)
            ?? throw node.Wrong("is not there, or not used so, in a chain of recurrent layers");
        for (int i = 0; i < node.Outputs.Count; i++)
        {
            if (node.Outputs[i].Length > 0)
            {
                _values[node.Outputs[i]] = i < outputs.Length
                    ? outputs[i]
                    : throw node.Wrong($"has {node.Outputs.Count} outputs, of which {outputs.Length} are known");
            }
        }
    }

    private OnnxValue Value(string name, OnnxNode node) => _values.TryGetValue(name, out OnnxValue? value)
        ? value
        : throw node.Wrong($"reads {OnnxRefusal.Quote(name)}, which nothing before it makes");

    private void ReadOutputs(GraphProto graph)
    {
        if (Layers.Count == 0)
        {
            throw Refusal.Of("it has no RNN, LSTM or GRU node");
        }

        Outputs = OutputsOf(graph);
        RequireWhole();
        Remark();
    }

    private ImmutableArray<(string Name, OnnxValue Value)> OutputsOf(GraphProto graph)
    {
        ImmutableArray<(string, OnnxValue)>.Builder outputs = ImmutableArray.CreateBuilder<(string, OnnxValue)>();
        foreach (ValueInfoProto info in graph.Output)
        {
            OnnxValue? value = _values.GetValueOrDefault(info.Name);
            bool isTop = value is FlowValue flow && flow.Level == Layers.Count;
            outputs.Add(isTop || value is FinalValue
                ? (info.Name, value!)
                : throw Refusal.Of(
                    $"its output {OnnxRefusal.Quote(info.Name)} is neither a final state nor made by the top layer or "
                    + "a head above it"));
        }

        return outputs.ToImmutable();
    }

    private void RequireWhole()
    {
        if (Head is not null && Head.Level != Layers.Count)
        {
            throw Refusal.Of("it has a layer above its linear head");
        }

        if (Layers.Any(layer => layer.InitialHidden?.Input == Input!.Name || layer.InitialCell?.Input == Input.Name))
        {
            throw Refusal.Of($"its input {OnnxRefusal.Quote(Input!.Name)} is read as sequences and as a state");
        }

        // A head on every timestep of which the last is taken, is a head on the last.
        FlowValue[] heads =
            [.. Outputs.Select(static one => one.Value).OfType<FlowValue>().Where(static one => one.IsHead)];
        if (Head is not null && heads.Length > 0 && heads.All(static one => one.IsLast))
        {
            Head = Head with { IsLast = true };
        }
    }

    private void Remark()
    {
        if (Head is null && Outputs.Any(static one => one.Value is FlowValue { IsLast: true }))
        {
            Remarks.Add("The file's output is the last timestep alone; the network has the states of all timesteps.");
        }

        if (IsBatchFirst == true)
        {
            Remarks.Add("The file reads sequences first, [B, T]; the network reads timesteps first, [T, B].");
        }
    }
}
