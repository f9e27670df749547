using System.Collections.Immutable;
using Backflow.Exchange.Onnx.Protobuf;

namespace Backflow.Exchange.Onnx;

/// <summary>The recorded inputs and outputs beside a model.</summary>
/// <param name="folder">Where model, inputs and outputs lie.</param>
/// <param name="graph">The model's graph.</param>
/// <param name="refusal">Names the model.</param>
internal sealed class OnnxCheckFolder(string folder, GraphProto graph, OnnxRefusal refusal)
{
    private readonly ImmutableDictionary<string, TensorProto> _initialisers = graph.Initializer
        .GroupBy(static tensor => tensor.Name)
        .ToImmutableDictionary(static group => group.Key, static group => group.Last());

    /// <summary>The model's graph.</summary>
    public GraphProto Graph => graph;

    /// <summary>Names the model.</summary>
    public OnnxRefusal Refusal => refusal;

    /// <summary>The names of the graph's outputs.</summary>
    public IEnumerable<string> Outputs => graph.Output.Select(static output => output.Name);

    /// <summary>An input of a node: recorded, or a constant of the model.</summary>
    public OnnxTensor Input(string name) => _initialisers.TryGetValue(name, out TensorProto? constant)
        ? OnnxTensor.Read(constant, refusal)
        : Read("in", name);

    /// <summary>All recorded inputs of the graph.</summary>
    public Dictionary<string, OnnxTensor> GraphInputs() => graph.Input
        .Where(input => !_initialisers.ContainsKey(input.Name))
        .DistinctBy(static input => input.Name)
        .ToDictionary(static input => input.Name, input => Read("in", input.Name));

    /// <summary>A recorded output.</summary>
    public double[] Output(string name) => Read("out", name).Doubles();

    private OnnxTensor Read(string prefix, string name)
    {
        string file = $"{prefix}_{name}.npy";
        if (file.AsSpan().IndexOfAny('/', '\\', '\0') >= 0)
        {
            throw refusal.Of($"{OnnxRefusal.Quote(name)} is no name that a file can have");
        }

        string path = Path.Combine(folder, file);
        return File.Exists(path)
            ? NpyFile.Read(OnnxModel.Bytes(path), name, new OnnxRefusal(file))
            : throw refusal.Of($"there is no {file} beside it");
    }
}
