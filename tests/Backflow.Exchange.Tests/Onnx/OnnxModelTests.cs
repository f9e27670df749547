using Backflow.Engine;
using Backflow.Exchange.Onnx;
using Backflow.Exchange.Onnx.Protobuf;
using Backflow.Tensors;
using Google.Protobuf;

namespace Backflow.Exchange.Tests.Onnx;

/// <summary>Models that are read: what Backflow wrote, with the same bits, and variants of it.</summary>
public sealed class OnnxModelTests
{
    private const ulong Seed = 5;
    private const string Name = "m.onnx";

    public static MatrixTheoryData<string, bool, string> Networks => new(
        OnnxCell.All.Select(static cell => cell.Cell.Name), [false, true], ["none", "every", "last"]);

    [Theory]
    [MemberData(nameof(Networks))]
    public void Read_WhatWasWritten_HasTheSameBits(string cell, bool isBidirectional, string head)
    {
        RecurrentNetwork network = Network(cell, isBidirectional, head);
        using MemoryStream stream = new();
        OnnxWriter.Write(network, stream);
        ExchangedNetwork read = OnnxModel.Read(stream.ToArray(), Name);
        Assert.Empty(read.Remarks);
        Assert.Equal(network.Options with { Layers = read.Options.Layers }, read.Options);
        Assert.Equal(network.Options.Layers, read.Options.Layers);
        AssertSameBits(network, read.Build());
    }

    /// <summary>Weights that are constants, no biases, and float16: what stays the same, and what is said.</summary>
    [Fact]
    public void Read_WeightsAsConstantNodes_AreTheSame()
    {
        RecurrentNetwork network = Network("lstm", isBidirectional: false, "every");
        ModelProto model = OnnxWriter.Create(network);
        foreach (TensorProto tensor in model.Graph.Initializer)
        {
            NodeProto constant = new() { OpType = "Constant" };
            constant.Output.Add(tensor.Name);
            constant.Attribute.Add(new AttributeProto { Name = "value", Type = AttributeType.Tensor, T = tensor });
            model.Graph.Node.Insert(0, constant);
        }

        model.Graph.Initializer.Clear();
        AssertSameBits(network, OnnxModel.Read(model.ToByteArray(), Name).Build());
    }

    [Fact]
    public void Read_NodeWithoutBiases_HasBiasesOfZero()
    {
        ModelProto model = OnnxWriter.Create(Network("gru-reset-before", isBidirectional: false, "every"));
        Recurrent(model).Input[3] = "";
        RecurrentNetwork network = OnnxModel.Read(model.ToByteArray(), Name).Build();
        Parameter bias = network.Layout.Find("bias_hh_l0")!;
        float[] values = new float[bias.Count];
        bias.Export(network.Parameters.Span, values);
        Assert.All(values, static value => Assert.Equal(0f, value));
    }

    [Fact]
    public void Read_Float16_IsWidenedAndSaid()
    {
        ModelProto model = OnnxWriter.Create(Network("rnn", isBidirectional: false, "none"));
        TensorProto w = model.Graph.Initializer.Single(static tensor => tensor.Name == "W_l0");
        float[] wide = new float[w.RawData.Length / 4];
        LittleEndian.ReadSingles(w.RawData.Span, wide);
        Half[] narrow = [.. wide.Select(static value => (Half)value)];
        w.DataType = 10;
        w.RawData = ByteString.CopyFrom(System.Runtime.InteropServices.MemoryMarshal.AsBytes<Half>(narrow));
        ExchangedNetwork read = OnnxModel.Read(model.ToByteArray(), Name);
        Assert.Equal(
            "The weights of the RNN node 'Y_l0' are float16, widened to float32.", Assert.Single(read.Remarks));
        Assert.Equal(
            narrow.Select(static value => (float)value),
            read.Parameters.Single(static tensor => tensor.Name == "weight_ih_l0").ToSingles());
    }

    /// <summary>Layout 1, which ONNX Runtime refuses, is a transpose.</summary>
    [Fact]
    public void Read_LayoutOne_IsTheSameNetworkReadBatchFirst()
    {
        RecurrentNetwork network = Network("gru", isBidirectional: false, "none");
        ModelProto model = OnnxWriter.Create(network);
        foreach (NodeProto node in model.Graph.Node.Where(static node => node.OpType == "GRU"))
        {
            node.Attribute.Add(new AttributeProto { Name = "layout", Type = AttributeType.Int, I = 1 });
        }

        foreach (TensorProto axes in model.Graph.Initializer.Where(
            static tensor => tensor.Name.StartsWith("direction_axis", StringComparison.Ordinal)))
        {
            axes.Int64Data[0] = 2;
        }

        ExchangedNetwork read = OnnxModel.Read(model.ToByteArray(), Name);
        Assert.StartsWith("The file reads sequences first", Assert.Single(read.Remarks), StringComparison.Ordinal);
        AssertSameBits(network, read.Build());
    }

    [Theory]
    [InlineData("tanh")]
    [InlineData("TANH")]
    public void Read_ActivationsInOtherLetters_AreTheSame(string spelled)
    {
        RecurrentNetwork network = Network("lstm", isBidirectional: false, "none");
        ModelProto model = OnnxWriter.Create(network);
        Recurrent(model).Attribute.Single(static one => one.Name == "activations").Strings[1] =
            ByteString.CopyFromUtf8(spelled);
        AssertSameBits(network, OnnxModel.Read(model.ToByteArray(), Name).Build());
    }

    [Fact]
    public void Read_IdentityDropoutAndCast_ChangeNothing()
    {
        RecurrentNetwork network = Network("lstm", isBidirectional: false, "every");
        ModelProto model = OnnxWriter.Create(network);
        NodeProto[] pass =
        [
            Node("Identity", ["y_l0"], ["a"]), Node("Dropout", ["a"], ["b"]), Node("Cast", ["b"], ["c"]),
        ];
        pass[2].Attribute.Add(new AttributeProto { Name = "to", Type = AttributeType.Int, I = 1 });
        int place = model.Graph.Node.IndexOf(model.Graph.Node.First(static node => node.Output.Contains("y_l0"))) + 1;
        model.Graph.Node[place].Input[0] = "c";
        foreach (NodeProto node in pass.Reverse())
        {
            model.Graph.Node.Insert(place, node);
        }

        AssertSameBits(network, OnnxModel.Read(model.ToByteArray(), Name).Build());
    }

    internal static NodeProto Node(string operation, string[] inputs, string[] outputs)
    {
        NodeProto node = new() { OpType = operation, Name = outputs[0] };
        node.Input.AddRange(inputs);
        node.Output.AddRange(outputs);
        return node;
    }

    internal static NodeProto Recurrent(ModelProto model) =>
        model.Graph.Node.First(static node => OnnxRecurrentNode.Is(node.OpType));

    internal static RecurrentNetwork Network(string cell, bool isBidirectional, string head) => EngineRun.Network(
        new NetworkOptions
        {
            InputSize = 3,
            VocabularySize = head == "last" ? 7 : 0,
            Layers =
            [
                .. ((int[])[4, 6]).SelectMany(size => Enumerable.Range(0, isBidirectional ? 2 : 1)
                    .Select(direction => new LayerOptions(Cells.Named(cell), size, direction == 1))),
            ],
            OutputSize = head == "none" ? 0 : 2,
            HeadPosition = head == "last" ? HeadPosition.LastTimestep : HeadPosition.EveryTimestep,
        },
        Seed);

    private static void AssertSameBits(RecurrentNetwork wanted, RecurrentNetwork actual)
    {
        Assert.Equal(
            wanted.Layout.Parameters.Select(static parameter => parameter.Name),
            actual.Layout.Parameters.Select(static parameter => parameter.Name));
        Assert.True(
            System.Runtime.InteropServices.MemoryMarshal.AsBytes((ReadOnlySpan<float>)wanted.Parameters.Span)
                .SequenceEqual(System.Runtime.InteropServices.MemoryMarshal.AsBytes(
                    (ReadOnlySpan<float>)actual.Parameters.Span)),
            "A parameter has other bits.");
    }
}
