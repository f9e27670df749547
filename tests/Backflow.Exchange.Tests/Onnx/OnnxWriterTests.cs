using Backflow.Engine;
using Backflow.Exchange.Onnx;
using Backflow.Exchange.Onnx.Protobuf;

namespace Backflow.Exchange.Tests.Onnx;

/// <summary>Exported networks in ONNX Runtime, beside the engine.</summary>
public sealed class OnnxWriterTests
{
    private const ulong Seed = 11;
    private const int Features = OnnxNetworks.Features;

    // Timesteps and sequences, all on one session.
    private static readonly (int T, int B)[] Sizes = [(1, 1), (7, 3), (4, 1), (33, 2), (2, 17)];

    public static MatrixTheoryData<string, int, string, bool> Networks => new(
        OnnxCell.All.Select(static cell => cell.Cell.Name), [1, 2, 3], ["none", "every", "last"], [false, true]);

    public static MatrixTheoryData<string, int, string> Bidirectional => new(
        OnnxCell.All.Select(static cell => cell.Cell.Name), [1, 2], ["none", "every", "last"]);

    public static TheoryData<string> CellNames => [.. OnnxCell.All.Select(static cell => cell.Cell.Name)];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Write_EveryCell_ComputesInTheRuntimeWhatTheEngineComputes(
        string cell, int depth, string head, bool embeds) =>
        AssertEqual(cell, EngineRun.Network(OnnxNetworks.Options(cell, depth, head, embeds), Seed));

    [Theory]
    [MemberData(nameof(Bidirectional))]
    public void Write_BothDirections_ComputeInTheRuntimeWhatTheEngineComputes(string cell, int depth, string head)
    {
        NetworkOptions options = OnnxNetworks.BothWays(OnnxNetworks.Options(cell, depth, head, embeds: false));
        AssertEqual(cell, EngineRun.Network(options, Seed));
    }

    private static void AssertEqual(string cell, RecurrentNetwork network)
    {
        using OnnxSession session = new(OnnxWriter.Create(network));
        SplittableRandom random = new(Seed + 1);
        foreach ((int t, int b) in Sizes)
        {
            float[] input = OnnxNetworks.Input(network, random, t, b);
            AssertEqual($"{cell} T={t} B={b}", network, session, t, b, input, OnnxNetworks.States(network, random, b));
        }
    }

    /// <summary>A state that is carried: two windows are one long sequence.</summary>
    [Theory]
    [MemberData(nameof(CellNames))]
    public void Write_TwoWindows_AreOneLongSequence(string cell)
    {
        const int T = 6;
        const int B = 2;
        RecurrentNetwork network = EngineRun.Network(OnnxNetworks.Options(cell, 2, "every", embeds: false), Seed);
        using OnnxSession session = new(OnnxWriter.Create(network));
        SplittableRandom random = new(Seed + 2);
        float[] input = OnnxNetworks.Input(network, random, 2 * T, B);
        Dictionary<string, float[]> zeros = OnnxNetworks.States(network, random, B);
        foreach (float[] state in zeros.Values)
        {
            Array.Clear(state);
        }

        Dictionary<string, float[]> whole = Run(network, session, 2 * T, B, input, zeros);
        Dictionary<string, float[]> first = Run(network, session, T, B, input[..(T * B * Features)], zeros);
        Dictionary<string, float[]> carried = zeros.Keys.ToDictionary(
            static name => name, name => first[name.Replace("0_", "n_", StringComparison.Ordinal)]);
        Dictionary<string, float[]> second = Run(network, session, T, B, input[(T * B * Features)..], carried);
        Deviation.AssertNear(cell, whole["output"], [.. first["output"], .. second["output"]]);
        Deviation.AssertNear(cell, whole["hn_l1"], second["hn_l1"]);
    }

    [Fact]
    public void Write_CellWithoutAnOperator_IsRefusedByName()
    {
        RecurrentNetwork network = new(new NetworkOptions
        {
            InputSize = Features,
            Layers = [new LayerOptions(Cells.Lstm, 5), new LayerOptions(Cells.RnnSkip(3), 5)],
        });
        ExchangeException refusal = Assert.Throws<ExchangeException>(() => OnnxWriter.Write(network, Stream.Null));
        Assert.Contains("Layer 1 has the cell 'rnn-skip-3'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("lstm, gru", refusal.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Write_ParameterThatIsNotFinite_IsRefusedByName(float value)
    {
        RecurrentNetwork network = EngineRun.Network(OnnxNetworks.Options("gru", 2, "every", embeds: true), Seed);
        Parameter bias = network.Layout.Find("bias_hh_l1")!;
        float[] values = new float[bias.Count];
        values[^1] = value;
        bias.Import(values, network.Parameters.Span);
        ExchangeException refusal = Assert.Throws<ExchangeException>(() => OnnxWriter.Write(network, Stream.Null));
        Assert.StartsWith("bias_hh_l1 has numbers that are not finite", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>Why such a parameter is refused: of an LSTM or GRU the runtime answers finite numbers.</summary>
    [Theory]
    [InlineData("lstm", true)]
    [InlineData("gru", true)]
    [InlineData("rnn", false)]
    public void Run_ParameterThatIsNotANumber_IsHiddenByTheRuntime(string cell, bool isHidden)
    {
        RecurrentNetwork network = EngineRun.Network(OnnxNetworks.Options(cell, 1, "none", embeds: false), Seed);
        ModelProto model = OnnxWriter.Create(network);
        TensorProto w = model.Graph.Initializer.Single(static tensor => tensor.Name == "W_l0");
        float[] values = new float[w.RawData.Length / sizeof(float)];
        Array.Fill(values, float.NaN);
        w.RawData = OnnxTensors.Singles("W_l0", [.. w.Dims], values).RawData;
        using OnnxSession session = new(model);
        SplittableRandom random = new(Seed);
        float[] input = OnnxNetworks.Input(network, random, 3, 2);
        Dictionary<string, float[]> outputs =
            Run(network, session, 3, 2, input, OnnxNetworks.States(network, random, 2));
        Assert.Equal(isHidden, outputs["output"].All(float.IsFinite));
    }

    [Fact]
    public void Write_Directions_ThatDiffer_AreRefused()
    {
        RecurrentNetwork network = new(new NetworkOptions
        {
            InputSize = Features,
            Layers = [new LayerOptions(Cells.Gru, 5), new LayerOptions(Cells.Gru, 6, IsReverse: true)],
        });
        ExchangeException refusal = Assert.Throws<ExchangeException>(() => OnnxWriter.Write(network, Stream.Null));
        Assert.Contains("two directions of layer 0 differ", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>Every word of the specification that the runtime is picky about.</summary>
    [Fact]
    public void Write_Model_SaysItsVersionsCellsAndFullLists()
    {
        ModelProto model = OnnxWriter.Create(
            EngineRun.Network(OnnxNetworks.Options("lstm", 1, "last", embeds: true), Seed));
        Assert.Equal((8, 14), (model.IrVersion, model.OpsetImport.Single().Version));
        NodeProto node = model.Graph.Node.Single(static node => node.OpType == "LSTM");
        Assert.Equal(["hidden_size", "activations"], node.Attribute.Select(static one => one.Name));
        Assert.Equal(
            ["Sigmoid", "Tanh", "Tanh"], node.Attribute[1].Strings.Select(static name => name.ToStringUtf8()));
        Assert.Equal(["tokens", "h0_l0", "c0_l0"], model.Graph.Input.Select(static input => input.Name));
        Assert.Equal(["output", "hn_l0", "cn_l0"], model.Graph.Output.Select(static output => output.Name));
        Assert.Equal("lstm", model.MetadataProps.Single(static entry => entry.Key == "cells").Value);
    }

    private static Dictionary<string, float[]> Run(
        RecurrentNetwork network,
        OnnxSession session,
        int t,
        int b,
        float[] input,
        Dictionary<string, float[]> states)
    {
        foreach ((string name, string type, int[] shape, float[] values) in
            OnnxNetworks.Feeds(network, t, b, input, states))
        {
            if (type == "int64")
            {
                session.Set(name, Array.ConvertAll(values, static symbol => (long)symbol), shape);
            }
            else
            {
                session.Set(name, values, shape);
            }
        }

        return session.Run();
    }

    private static void AssertEqual(
        string what,
        RecurrentNetwork network,
        OnnxSession session,
        int t,
        int b,
        float[] input,
        Dictionary<string, float[]> states)
    {
        Dictionary<string, float[]> actual = Run(network, session, t, b, input, states);
        Dictionary<string, float[]> wanted = EngineRun.Run(network, t, b, input, states);
        Assert.Equal(wanted.Keys.Order(), actual.Keys.Order());
        foreach ((string name, float[] values) in wanted)
        {
            Deviation.AssertNear($"{what} {name}", values, actual[name]);
        }
    }
}
