using System.Collections.Immutable;
using Backflow.Exchange.Onnx.Protobuf;

namespace Backflow.Exchange.Onnx;

/// <summary>A node of a graph, with its attributes by name and type.</summary>
internal sealed class OnnxNode
{
    private readonly NodeProto _proto;

    /// <summary>Takes a node.</summary>
    /// <exception cref="ExchangeException">It is of another domain, or holds a subgraph.</exception>
    public OnnxNode(NodeProto proto, OnnxRefusal refusal)
    {
        _proto = proto;
        Refusal = refusal;
        if (proto.Domain is not ("" or "ai.onnx"))
        {
            throw refusal.Of($"{Title} is of the domain {OnnxRefusal.Quote(proto.Domain)}, and ONNX's own are read");
        }

        if (proto.Attribute.Any(static one => one.G.Length > 0 || one.Graphs.Count > 0))
        {
            throw refusal.Of($"{Title} holds a subgraph, which is not read");
        }
    }

    /// <summary>What refuses the file.</summary>
    public OnnxRefusal Refusal { get; }

    /// <summary>The operator.</summary>
    public string Operator => _proto.OpType;

    /// <summary>The names of the inputs; an empty one is left out.</summary>
    public IReadOnlyList<string> Inputs => _proto.Input;

    /// <summary>The names of the outputs; an empty one is left out.</summary>
    public IReadOnlyList<string> Outputs => _proto.Output;

    /// <summary>The names of the attributes.</summary>
    public IEnumerable<string> Attributes => _proto.Attribute.Select(static one => one.Name);

    /// <summary>What messages call it.</summary>
    public string Title
    {
        get
        {
            string name = _proto.Name.Length > 0 ? _proto.Name : _proto.Output.FirstOrDefault("");
            return $"the {(Operator.Length == 0 ? "node" : Plain(Operator))} node {OnnxRefusal.Quote(name)}";
        }
    }

    /// <summary>The refusal, with what the node does: a verb and its object.</summary>
    public ExchangeException Wrong(string fact) => Refusal.Of($"{Title} {fact}");

    /// <summary>Whether an attribute is there.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>A whole number, or what holds without the attribute.</summary>
    public long Whole(string name, long otherwise) => Find(name, AttributeType.Int)?.I ?? otherwise;

    /// <summary>A number, or null.</summary>
    public double? Number(string name) => Find(name, AttributeType.Float)?.F;

    /// <summary>A text, or what holds without the attribute.</summary>
    public string Text(string name, string otherwise) =>
        Find(name, AttributeType.String)?.S.ToStringUtf8() ?? otherwise;

    /// <summary>Whole numbers, or null.</summary>
    public ImmutableArray<long>? Wholes(string name) =>
        Find(name, AttributeType.Ints) is AttributeProto one ? [.. one.Ints] : null;

    /// <summary>Numbers; none without the attribute.</summary>
    public ImmutableArray<double> Numbers(string name) =>
        Find(name, AttributeType.Floats) is AttributeProto one ? [.. one.Floats.Select(static x => (double)x)] : [];

    /// <summary>Texts, or null.</summary>
    public ImmutableArray<string>? Texts(string name) => Find(name, AttributeType.Strings) is AttributeProto one
        ? [.. one.Strings.Select(static text => text.ToStringUtf8())]
        : null;

    /// <summary>A tensor, or null.</summary>
    public OnnxTensor? Tensor(string name) => Find(name, AttributeType.Tensor) is { T: not null } one
        ? OnnxTensor.Read(one.T, Refusal)
        : null;

    private static string Plain(string text) => OnnxRefusal.Quote(text).Trim('\'');

    private AttributeProto? Find(string name) => _proto.Attribute.FirstOrDefault(one => one.Name == name);

    private AttributeProto? Find(string name, AttributeType type)
    {
        AttributeProto? found = Find(name);
        return found is null || found.Type == type || found.Type == AttributeType.Undefined
            ? found
            : throw Wrong($"has an attribute '{name}' of another type");
    }
}
