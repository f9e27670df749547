using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Exchange.PyTorch;
using Backflow.Tensors;

namespace Backflow.Exchange.Tests.PyTorch;

/// <summary>Networks of state dicts beside what PyTorch computes with them.</summary>
public sealed class StateDictNetworkTests
{
    // Float32 in both, products in another order.
    private const float Tolerance = 1e-5f;

    private static readonly string Folder = Path.Combine(TorchPython.Folder, "files");

    public static TheoryData<string> Networks =>
        ["lstm", "lstm-text", "lstm-bidirectional", "gru", "gru-double", "rnn", "rnn-relu"];

    public static TheoryData<string, string> Wrong => new()
    {
        { "nothing", "it has no recurrent layer" },
        { "no hidden", "has 'rnn.weight_ih_l0', 'rnn.bias_ih_l0', 'rnn.bias_hh_l0' and not both" },
        { "rows", "[20, 4] is of no known cell" },
        { "shape", "are not the weights of one layer" },
        { "bias", "'rnn.bias_ih_l0' [3] is no bias of 16 rows" },
        { "hole", "layer 2 of 'rnn.' stands without the one before it" },
        { "layers", "'rnn.weight_ih_l1' reads 5 features, and the layer below it has 4" },
        { "projection", "'rnn.weight_hr_l0' projects the state" },
        { "norm", "torch.nn.utils.weight_norm has split" },
        { "elman", "does not say which activation it has" },
        { "two stacks", "it has 2 recurrent stacks: 'other.', 'rnn.'" },
        { "norm layer", "embedding, recurrent stack and head leave 'norm.weight', 'norm.bias' over" },
        { "second linear", "leave 'top.weight', 'top.bias' over" },
        { "two heads", "each of 'head.weight' [2, 4], 'top.weight' [5, 4] may be its head" },
        { "two embeddings", "each of 'emb.weight' [9, 3], 'embed.weight' [8, 3] may be its embedding" },
        { "either", "'tied.weight' [9, 4] may be its embedding or its head" },
        { "below", "'below.weight' [3, 4] may be its head, or a linear layer below the recurrent stack" },
        { "head bias", "'head.bias' [3] is no bias of 'head.weight' [2, 4]" },
        { "whole numbers", "'rnn.weight_ih_l0' is of type I64" },
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void Of_NetworkOfTorch_ComputesWhatTorchDoes(string name)
    {
        StateDict dict = StateDictFile.Read(Path.Combine(Folder, name + ".pt"));
        ExchangedNetwork found = StateDictNetwork.Of(dict, new StateDictOptions
        {
            Elman = name == "rnn-relu" ? Cells.RnnRelu
                : name.StartsWith("rnn", StringComparison.Ordinal) ? Cells.RnnTanh
                : null,
        });
        SafetensorsFile outputs = SafetensorsFile.Read(Path.Combine(Folder, name + ".outputs.safetensors"));
        float[] actual = EngineOutputs.Of(found.Build(), outputs.Find("input"));
        EngineOutputs.AssertClose(outputs.Find("output").ToSingles(), actual, Tolerance);
    }

    [Fact]
    public void Of_BidirectionalNetwork_HasAReverseLayerAfterEachForwardOne()
    {
        ExchangedNetwork found = Of(StateDictFile.Read(Path.Combine(Folder, "lstm-bidirectional.pt")));
        Assert.Equal([false, true, false, true], found.Options.Layers.Select(static layer => layer.IsReverse));
        Assert.Equal(8, found.Options.TopSize);
        Assert.Equal(
            [4 * 4, 8], found.Parameters.Single(static one => one.Name == "weight_ih_l1_reverse").Shape);
        Assert.Equal(found.Parameters.Length, found.Build().Layout.Parameters.Count);
    }

    [Fact]
    public void Of_Checkpoint_TakesTheModelAndNamesTheRest()
    {
        ExchangedNetwork found = Of(StateDictFile.Read(Path.Combine(Folder, "checkpoint.pt")), new StateDictOptions
        {
            Ignored = ["history"],
        });
        Assert.Equal(3, found.Options.Layers[0].HiddenSize);
        Assert.Contains("'optimizer.state.0.step'", Assert.Single(found.Remarks), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_CellsInAList_AreLayers()
    {
        ExchangedNetwork found = Of(new StateDict(
            "cells",
            [
                F("cells.0.weight_ih", 12, 3), F("cells.0.weight_hh", 12, 4), F("cells.0.bias_ih", 12),
                F("cells.1.weight_ih", 16, 4), F("cells.1.weight_hh", 16, 4),
            ],
            []));
        Assert.Equal([Cells.Gru, Cells.Lstm], found.Options.Layers.Select(static layer => layer.Cell));
        Assert.All(
            found.Parameters.Single(static one => one.Name == "bias_hh_l1").ToSingles(),
            static value => Assert.Equal(0, value));
        _ = found.Build();
    }

    [Fact]
    public void Of_ModulesStackedByHand_AreTakenInTheGivenOrder()
    {
        StateDict dict = new("two", [.. Lstm("a.", 3, 4), .. Lstm("b.", 4, 5), F("fc.weight", 2, 5)], []);
        ExchangedNetwork found = Of(dict, new StateDictOptions { Prefixes = ["a.", "b."] });
        Assert.Equal([4, 5], found.Options.Layers.Select(static layer => layer.HiddenSize));
        Assert.Equal(2, found.Options.OutputSize);
        ExchangeException refusal = Assert.Throws<ExchangeException>(
            () => Of(dict, new StateDictOptions { Prefixes = ["b.", "a."] }));
        Assert.Contains("reads 3 features, and the layer below it has 5", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_OneStackOfSeveral_LeavesTheOthersOut()
    {
        StateDict dict = new("two", [.. Lstm("a.", 3, 4), .. Lstm("b.", 4, 5)], []);
        ExchangedNetwork found = Of(dict, new StateDictOptions { Prefixes = ["b."] });
        Assert.Equal(4, found.Options.InputSize);
        Assert.Contains("'a.weight_ih_l0'", Assert.Single(found.Remarks), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_NamesThatAreGiven_SettleWhatIsOpen()
    {
        StateDict dict = new(
            "open", [F("in.weight", 9, 4), .. Lstm("rnn.", 4, 4), F("a.weight", 2, 4), F("b.weight", 2, 4)], []);
        ExchangedNetwork found = Of(dict, new StateDictOptions
        {
            Embedding = "in.weight",
            Head = "b.weight",
            Ignored = ["a."],
            HeadPosition = HeadPosition.LastTimestep,
        });
        Assert.Equal((9, 2), (found.Options.VocabularySize, found.Options.OutputSize));
        Assert.Equal(HeadPosition.LastTimestep, found.Options.HeadPosition);
        Assert.Equal("Not used: 'a.weight'.", Assert.Single(found.Remarks));
    }

    [Fact]
    public void Of_IgnoredNamesThatAreNotThere_AreRefused()
    {
        ExchangeException refusal = Assert.Throws<ExchangeException>(() => Of(
            new StateDict("m.pt", [.. Lstm("rnn.", 3, 4)], []), new StateDictOptions { Ignored = ["rnn.", "vlue."] }));
        Assert.Equal("m.pt: no name begins with 'vlue.', which is to be ignored.", refusal.Message);
        Assert.StartsWith("Its names are 'rnn.", refusal.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_CellOfAnElmanLayerWithoutOne_IsRefused()
    {
        ExchangeException refusal = Assert.Throws<ExchangeException>(() => Of(
            new StateDict("m.pt", [.. Lstm("rnn.", 3, 4)], []),
            new StateDictOptions { Elman = Cells.Named("rnn-relu") }));
        Assert.Equal(
            "m.pt: it has no torch.nn.RNN, whose cell rnn-relu could be; its layers are lstm.", refusal.Message);
    }

    [Fact]
    public void Of_EmbeddingWithoutAName_IsTheOneWithoutABias()
    {
        ExchangedNetwork found = Of(new StateDict(
            "words",
            [F("encoder.weight", 9, 4), .. Lstm("rnn.", 4, 4), F("decoder.weight", 9, 4), F("decoder.bias", 9)],
            []));
        Assert.Equal((9, 9), (found.Options.VocabularySize, found.Options.OutputSize));
    }

    [Fact]
    public void Of_Doubles_AreConvertedWithARemark()
    {
        Tensor large = Tensor.FromDoubles("rnn.bias_ih_l0", [16], [.. Enumerable.Repeat(1e300, 16)]);
        ExchangedNetwork found = Of(new StateDict(
            "doubles", [.. Lstm("rnn.", 3, 4).Where(static one => one.Name != "rnn.bias_ih_l0"), large], []));
        Assert.Equal("Parameters of type F64 were converted to float32.", found.Remarks[0]);
        Assert.Contains("beyond the range of float32", found.Remarks[1], StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Of_WhatIsOpenOrDifferent_IsRefusedByName(string what, string said)
    {
        ExchangeException refusal = Assert.Throws<ExchangeException>(() => Of(Changed(what)));
        Assert.StartsWith("wrong.pt: ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(said, refusal.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", refusal.Remedy, StringComparison.Ordinal);
    }

    private static ExchangedNetwork Of(StateDict dict, StateDictOptions? options = null) =>
        StateDictNetwork.Of(dict, options);

    private static StateDict Changed(string what)
    {
        List<Tensor> tensors = [.. Lstm("rnn.", 3, 4), F("head.weight", 2, 4), F("head.bias", 2)];
        void Put(params Tensor[] changed)
        {
            foreach (Tensor tensor in changed)
            {
                tensors.RemoveAll(one => one.Name == tensor.Name);
                tensors.Add(tensor);
            }
        }

        switch (what)
        {
            case "nothing": tensors.RemoveRange(0, 4); break;
            case "no hidden": tensors.RemoveAt(1); break;
            case "rows": Put(F("rnn.weight_ih_l0", 20, 3), F("rnn.weight_hh_l0", 20, 4)); break;
            case "shape": Put(F("rnn.weight_hh_l0", 12, 4)); break;
            case "bias": Put(F("rnn.bias_ih_l0", 3)); break;
            case "hole": Put(F("rnn.weight_ih_l2", 16, 4), F("rnn.weight_hh_l2", 16, 4)); break;
            case "layers": Put(F("rnn.weight_ih_l1", 16, 5), F("rnn.weight_hh_l1", 16, 4)); break;
            case "projection": Put(F("rnn.weight_hr_l0", 2, 4)); break;
            case "norm": Put(F("rnn.weight_hh_l0_g", 16, 1), F("rnn.weight_hh_l0_v", 16, 4)); break;
            case "elman":
                tensors.RemoveRange(0, 4);
                Put(F("rnn.weight_ih_l0", 4, 3), F("rnn.weight_hh_l0", 4, 4));
                break;
            case "two stacks": Put([.. Lstm("other.", 3, 4)]); break;
            case "norm layer": Put(F("norm.weight", 4), F("norm.bias", 4)); break;
            case "second linear": Put(F("top.weight", 5, 2), F("top.bias", 5)); break;
            case "two heads": Put(F("top.weight", 5, 4), F("top.bias", 5)); break;
            case "two embeddings": Put(F("emb.weight", 9, 3), F("embed.weight", 8, 3)); break;
            case "either":
                tensors = [.. Lstm("rnn.", 4, 4), F("tied.weight", 9, 4)];
                break;
            case "below":
                tensors = [F("below.weight", 3, 4), F("below.bias", 3), .. Lstm("rnn.", 3, 4)];
                break;
            case "head bias": Put(F("head.bias", 3)); break;
            case "whole numbers": Put(Tensor.FromInt64s("rnn.weight_ih_l0", [16, 3], new long[48])); break;
            default: throw new ArgumentOutOfRangeException(nameof(what), what, "No such change.");
        }

        return new StateDict("wrong.pt", [.. tensors], []);
    }

    private static ImmutableArray<Tensor> Lstm(string prefix, int inputs, int units) =>
    [
        F($"{prefix}weight_ih_l0", 4 * units, inputs), F($"{prefix}weight_hh_l0", 4 * units, units),
        F($"{prefix}bias_ih_l0", 4 * units), F($"{prefix}bias_hh_l0", 4 * units),
    ];

    private static Tensor F(string name, params long[] shape) =>
        Tensor.FromSingles(name, [.. shape], new float[shape.Aggregate(1L, static (product, size) => product * size)]);
}
