using Backflow.Exchange.Onnx;
using Backflow.Exchange.Onnx.Protobuf;
using Google.Protobuf;

namespace Backflow.Exchange.Tests.Onnx;

/// <summary>Models with something that is not read: each is refused by the node's name.</summary>
public sealed class OnnxRefusalTests
{
    public static TheoryData<string, string> Wrong => new()
    {
        { "no bytes", "it is no ONNX model: it holds no graph" },
        { "text", "it is no ONNX model, or damaged" },
        { "cut", "it is no ONNX model, or damaged" },
        { "opset", "its operators are of opset 27, and 7 to 26 are read" },
        { "no layers", "it has no RNN, LSTM or GRU node" },
        { "peepholes", "the LSTM node 'Y_l0' has peepholes (P)" },
        { "clip", "the LSTM node 'Y_l0' limits its pre-activations (clip)" },
        { "input_forget", "the LSTM node 'Y_l0' computes its forget gate from its input gate (input_forget)" },
        { "activations", "the LSTM node 'Y_l0' has the activations HardSigmoid, Tanh, Tanh" },
        { "unknown activation", "has the activation 'Swish', which ONNX does not have" },
        { "few activations", "has 2 activations and needs 3" },
        { "alpha", "has 1 numbers alpha and 0 beta, and its activations take 0 and 0" },
        { "affine", "has the activation Affine without all of its numbers" },
        { "reverse", "the LSTM node 'Y_l0' reads in reverse without a forward direction" },
        { "direction", "the LSTM node 'Y_l0' has the direction 'sideways'" },
        { "no hidden_size", "the LSTM node 'Y_l0' has no attribute hidden_size" },
        { "hidden_size", "has the hidden_size 5, and its R has the shape [1, 16, 4]" },
        { "attribute", "has an attribute 'colour', which the operator does not have" },
        { "attribute type", "has an attribute 'hidden_size' of another type" },
        { "lengths", "is given the lengths of sequences (sequence_lens)" },
        { "float64", "'W_l0' is of type float64, and float32 and float16 are read" },
        { "bfloat16", "'W_l0' is of type bfloat16, and float32 and float16 are read" },
        { "external", "the numbers of 'W_l0' lie in another file (external data)" },
        { "sparse", "it has sparse initialisers" },
        { "shape", "the LSTM node 'Y_l0' has a W of the shape [1, 12, 4], and needs [1, 16, 4]" },
        { "numbers", "'W_l0' has 47 numbers, and its shape [1, 16, 3] needs 48" },
        { "huge", "'W_l0' has an impossible shape" },
        { "negative", "'W_l0' has an impossible shape" },
        { "computed weights", "the LSTM node 'Y_l0' has no W that the file holds as a constant" },
        { "state", "the LSTM node 'Y_l0' begins with a state that is neither zero nor an input" },
        { "subgraph", "the If node 'branch' holds a subgraph" },
        { "domain", "the Attention node 'other' is of the domain 'com.microsoft'" },
        { "operator", "the Softmax node 'other' is not there, or not used so, in a chain of recurrent layers" },
        { "residual", "the LSTM node 'Y_l1' does not read the layer below it" },
        { "missing", "reads 'nowhere', which nothing before it makes" },
        { "two heads", "is not the only linear layer above the recurrent ones" },
        { "bias", "adds a tensor of the shape [4] to 2 outputs of the head" },
        { "dropout", "drops units (training_mode)" },
        { "output", "its output 'nowhere' is neither a final state nor made by the top layer" },
        { "both uses", "its input 'input' is read as sequences and as a state" },
        { "features", "reads its input with features exchanged for another axis" },
        { "last of both", "reads both directions at the last timestep" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Read_SomethingThatIsNotRead_IsNamedWithARemedy(string what, string said)
    {
        ExchangeException refusal = Assert.Throws<ExchangeException>(() => OnnxModel.Read(Changed(what), "m.onnx"));
        Assert.StartsWith("m.onnx: ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(said, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("docs/exchange-onnx.md", refusal.Remedy, StringComparison.Ordinal);
    }

    /// <summary>Two bytes each, an attribute's or a tensor's message has hundreds in memory.</summary>
    [Theory]
    [InlineData(0x0A)]
    [InlineData(0x2A)]
    [InlineData(0x5A)]
    public void Read_MillionsOfEmptyMessages_AreRefusedBeforeTheyAreMade(int tag)
    {
        const int Messages = 1_200_000;
        byte[] graph = new byte[2 * Messages];
        for (int i = 0; i < graph.Length; i += 2)
        {
            graph[i] = (byte)tag;
        }

        using MemoryStream stream = new();
        using (CodedOutputStream output = new(stream, leaveOpen: true))
        {
            output.WriteRawTag(0x3A);
            output.WriteBytes(ByteString.CopyFrom(graph));
        }

        byte[] model = stream.ToArray();
        long before = GC.GetAllocatedBytesForCurrentThread();
        ExchangeException refusal = Assert.Throws<ExchangeException>(() => OnnxModel.Read(model, "m.onnx"));
        Assert.StartsWith("m.onnx: it has more than 1000000 nodes", refusal.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void Read_FileThatIsNotThere_IsNamed()
    {
        ExchangeException refusal = Assert.Throws<ExchangeException>(() => OnnxModel.Read("/nowhere/m.onnx"));
        Assert.StartsWith("/nowhere/m.onnx: it cannot be read", refusal.Message, StringComparison.Ordinal);
    }

    private static byte[] Changed(string what)
    {
        bool isBidirectional = what == "last of both";
        ModelProto model = OnnxWriter.Create(OnnxModelTests.Network("lstm", isBidirectional, "every"));
        GraphProto graph = model.Graph;
        NodeProto node = OnnxModelTests.Recurrent(model);
        TensorProto w = graph.Initializer.Single(static tensor => tensor.Name == "W_l0");
        switch (what)
        {
            case "no bytes": return [];
            case "text": return "A line of text."u8.ToArray();
            case "cut": return model.ToByteArray()[..^700];
            case "opset": model.OpsetImport[0].Version = 27; break;
            case "no layers": graph.Node.Clear(); break;
            case "peepholes": node.Input.Add("W_l0"); break;
            case "clip": node.Attribute.Add(Number("clip", 3)); break;
            case "input_forget": node.Attribute.Add(OnnxTensors.Whole("input_forget", 1)); break;
            case "activations": Activations("HardSigmoid", "Tanh", "Tanh"); break;
            case "unknown activation": Activations("Swish", "Tanh", "Tanh"); break;
            case "few activations": Activations("Sigmoid", "Tanh"); break;
            case "alpha": node.Attribute.Add(Numbers("activation_alpha", 1)); break;
            case "affine": Activations("Affine", "Tanh", "Tanh"); break;
            case "reverse": node.Attribute.Add(OnnxTensors.Text("direction", "reverse")); break;
            case "direction": node.Attribute.Add(OnnxTensors.Text("direction", "sideways")); break;
            case "no hidden_size": node.Attribute.RemoveAt(0); break;
            case "hidden_size": node.Attribute[0].I = 5; break;
            case "attribute": node.Attribute.Add(OnnxTensors.Whole("colour", 1)); break;
            case "attribute type": node.Attribute[0] = Number("hidden_size", 4); break;
            case "lengths": node.Input[4] = "h0_l0"; break;
            case "float64": w.DataType = 11; break;
            case "bfloat16": w.DataType = 16; break;
            case "external": w.DataLocation = 1; break;
            case "sparse": graph.SparseInitializer.Add(ByteString.CopyFromUtf8("x")); break;
            case "shape": (w.Dims[1], w.Dims[2]) = (12, 4); break;
            case "numbers": w.RawData = ByteString.CopyFrom(w.RawData.Span[4..]); break;
            case "huge": w.Dims[2] = long.MaxValue; break;
            case "negative": w.Dims[2] = -3; break;
            case "computed weights": node.Input[1] = "h0_l0"; break;
            case "state": node.Input[5] = "W_l0"; break;
            case "subgraph": Insert("If", "branch", "x", "y").Attribute.Add(Graph()); break;
            case "domain": Insert("Attention", "other", "input", "y").Domain = "com.microsoft"; break;
            case "operator": Insert("Softmax", "other", "input", "y"); break;
            case "residual": graph.Node.Last(static one => one.OpType == "LSTM").Input[0] = "input"; break;
            case "missing": node.Input[0] = "nowhere"; break;
            case "two heads":
                graph.Node.Add(OnnxModelTests.Node("MatMul", ["output", "head.weight"], ["second"]));
                break;
            case "bias": graph.Initializer.Single(static tensor => tensor.Name == "head.bias").Dims[0] = 4; break;
            case "dropout":
                graph.Initializer.Add(OnnxTensors.Int64s("yes", [], [1]));
                graph.Node.Insert(0, OnnxModelTests.Node("Dropout", ["input", "", "yes"], ["dropped"]));
                break;
            case "output": graph.Output[0].Name = "nowhere"; break;
            case "both uses": node.Input[5] = "input"; break;
            case "features":
                Insert("Transpose", "turned", "input", "turned").Attribute.Add(OnnxTensors.Wholes("perm", [2, 0, 1]));
                node.Input[0] = "turned";
                break;
            case "last of both":
                graph.Initializer.Add(OnnxTensors.Int64s("end", [], [-1]));
                graph.Node.Add(OnnxModelTests.Node("Gather", ["y_l1", "end"], ["last"]));
                break;
            default: throw new ArgumentOutOfRangeException(nameof(what), what, "No such change.");
        }

        return model.ToByteArray();

        void Activations(params string[] names)
        {
            node.Attribute.Remove(node.Attribute.Single(static one => one.Name == "activations"));
            node.Attribute.Add(OnnxTensors.Texts("activations", [.. names]));
        }

        NodeProto Insert(string operation, string name, string input, string output)
        {
            NodeProto made = OnnxModelTests.Node(operation, [input], [output]);
            made.Name = name;
            graph.Node.Insert(0, made);
            return made;
        }
    }

    private static AttributeProto Number(string name, float value) =>
        new() { Name = name, Type = AttributeType.Float, F = value };

    private static AttributeProto Numbers(string name, params float[] values)
    {
        AttributeProto attribute = new() { Name = name, Type = AttributeType.Floats };
        attribute.Floats.AddRange(values);
        return attribute;
    }

    private static AttributeProto Graph() =>
        new() { Name = "then_branch", Type = AttributeType.Graph, G = ByteString.CopyFromUtf8("x") };
}
