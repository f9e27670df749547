using System.Collections.Immutable;

namespace Backflow.Exchange.Onnx;

/// <summary>The operators that make features: embedding and recurrent layers.</summary>
/// <param name="chain">What has been found so far.</param>
internal sealed class OnnxLayers(OnnxChain chain)
{
    private const int Peepholes = 7;
    private const int SequenceLengths = 4;

    /// <summary>What a node makes of its inputs; null where the node is none of these.</summary>
    public OnnxValue[]? Follow(OnnxNode node, OnnxValue?[] inputs)
    {
        if (OnnxRecurrentNode.Is(node.Operator))
        {
            return Recurrent(node, inputs);
        }

        return node.Operator == "Gather" && At(inputs, 0) is KnownValue table
            && At(inputs, 1) is InputValue or TokensValue
            ? [Embedding(node, table.Tensor, inputs[1]!)]
            : null;
    }

    private static OnnxValue? At(OnnxValue?[] inputs, int place) => place < inputs.Length ? inputs[place] : null;

    private FlowValue Embedding(OnnxNode node, OnnxTensor table, OnnxValue indices)
    {
        if (indices is InputValue input)
        {
            if (input.Rank != 2 || input.Type is not (OnnxTensors.Int64 or OnnxTensor.Int32))
            {
                throw node.Wrong(
                    $"reads {OnnxRefusal.Quote(input.Name)} as symbols, which has {input.Rank} axes of "
                    + OnnxTensor.NameOf(input.Type));
            }

            chain.TakeInput(input, node);
            indices = new TokensValue($"{OnnxAxes.First}{OnnxAxes.Second}");
        }

        if (chain.Embedding is not null || node.Whole("axis", 0) != 0 || table.Shape.Length != 2 || table.Count == 0)
        {
            throw node.Wrong("is not the only embedding, [V, E] along its first axis");
        }

        chain.Embedding = table;
        return new FlowValue(((TokensValue)indices).Axes + OnnxAxes.Features, Level: 0);
    }

    private OnnxValue[] Recurrent(OnnxNode node, OnnxValue?[] inputs)
    {
        OnnxRecurrentNode attributes = OnnxRecurrentNode.Read(node);
        if (attributes.IsReverse)
        {
            throw node.Wrong("reads in reverse without a forward direction beside it");
        }

        if (attributes.Obstacle() is string obstacle)
        {
            throw node.Wrong($"{obstacle}, which the engine does not");
        }

        if (At(inputs, Peepholes) is not null)
        {
            throw node.Wrong("has peepholes (P), which the engine does not");
        }

        if (At(inputs, SequenceLengths) is not null)
        {
            throw node.Wrong(
                "is given the lengths of sequences (sequence_lens), as packed sequences are exported; export the "
                + "network without packing, lengths are given to the engine by NetworkPass.SetLengths");
        }

        FlowValue below = chain.AsFlow(At(inputs, 0), node)
            ?? throw node.Wrong("reads no sequence of features");
        RequireBelow(node, below, attributes.IsBatchFirst);
        OnnxWeights weights = OnnxWeights.Read(
            node,
            attributes,
            Weight(node, inputs, 1, "W"),
            Weight(node, inputs, 2, "R"),
            At(inputs, 3) is null ? null : Weight(node, inputs, 3, "B"));
        int depth = chain.Layers.Count;
        long expected = depth > 0 ? chain.Layers[^1].Width
            : chain.Embedding?.Shape[1] ?? weights.InputSize;
        if (weights.InputSize != expected)
        {
            throw node.Wrong($"reads {weights.InputSize} features, and what is below it makes {expected}");
        }

        RemarkOn(node, inputs, weights);
        chain.Layers.Add(Layer(attributes, weights, depth) with
        {
            InitialHidden = Initial(node, At(inputs, 5), depth),
            InitialCell = Initial(node, At(inputs, 6), depth),
        });
        return Made(attributes, depth + 1);
    }

    private static OnnxLayer Layer(OnnxRecurrentNode attributes, OnnxWeights weights, int depth)
    {
        ImmutableArray<OnnxCell> cells =
            [.. Enumerable.Range(0, attributes.Directions).Select(direction => attributes.CellOf(direction)!)];
        return new OnnxLayer(
            cells,
            weights.InputSize,
            weights.HiddenSize,
            [.. cells.SelectMany((cell, direction) => weights.Parameters(direction, cell, depth, direction == 1))]);
    }

    private static OnnxValue[] Made(OnnxRecurrentNode attributes, int level)
    {
        string final = attributes.IsBatchFirst ? "BDF" : "DBF";
        FinalState[] states = [.. Enumerable.Range(0, attributes.Directions)
            .Select(direction => new FinalState(level, direction, IsCell: false))];
        FlowValue sequence = new(attributes.IsBatchFirst ? "BTDF" : "TDBF", level);
        FinalValue hidden = new(final, [.. states]);
        return attributes.HasCellState
            ? [sequence, hidden, new FinalValue(final, [.. states.Select(static one => one with { IsCell = true })])]
            : [sequence, hidden];
    }

    private void RequireBelow(OnnxNode node, FlowValue below, bool readsBatchFirst)
    {
        if (below.Level != chain.Layers.Count || below.IsHead || below.IsLast)
        {
            throw node.Wrong("does not read the layer below it, all timesteps of it");
        }

        if (below.Level > 0)
        {
            if (below.Axes != (readsBatchFirst ? "BTF" : "TBF"))
            {
                throw node.Wrong("reads its sequences with timesteps and sequences exchanged");
            }

            return;
        }

        bool isExchanged = below.Axes == $"{OnnxAxes.Second}{OnnxAxes.First}{OnnxAxes.Features}";
        if (!isExchanged && below.Axes != $"{OnnxAxes.First}{OnnxAxes.Second}{OnnxAxes.Features}")
        {
            throw node.Wrong("reads its input with features exchanged for another axis");
        }

        chain.IsBatchFirst = isExchanged != readsBatchFirst;
    }

    private static OnnxTensor Weight(OnnxNode node, OnnxValue?[] inputs, int place, string name) =>
        At(inputs, place) is KnownValue known
            ? known.Tensor
            : throw node.Wrong($"has no {name} that the file holds as a constant");

    private StateValue? Initial(OnnxNode node, OnnxValue? state, int depth)
    {
        switch (state)
        {
            case null:
                return null;
            case StateValue given:
                return given;
            case InputValue { Rank: 3 } input:
                return new StateValue(input.Name, Row: 0);
            case ZerosValue zeros:
                RemarkFrozen(zeros.FrozenBatch, depth);
                return null;
            case KnownValue known when known.Tensor.Doubles().All(static value => value == 0):
                RemarkFrozen(known.Tensor.Shape.Length == 3 ? known.Tensor.Shape[1] : null, depth);
                return null;
            default:
                throw node.Wrong("begins with a state that is neither zero nor an input");
        }
    }

    private void RemarkFrozen(long? batch, int depth)
    {
        string remark = $"Layer {depth} begins with a constant state of batch {batch}: the file runs with no other "
            + "number of sequences, the network with any.";
        if (batch is not null && !chain.Remarks.Contains(remark))
        {
            chain.Remarks.Add(remark);
        }
    }

    private void RemarkOn(OnnxNode node, OnnxValue?[] inputs, OnnxWeights weights)
    {
        if (inputs.Take(4).Any(static input => input is KnownValue { Tensor.Type: OnnxTensor.Half }))
        {
            chain.Remarks.Add($"The weights of {node.Title} are float16, widened to float32.");
        }

        if (!weights.W.All(float.IsFinite) || !weights.R.All(float.IsFinite) || !weights.B.All(float.IsFinite))
        {
            chain.Remarks.Add($"The weights of {node.Title} have numbers that are not finite.");
        }
    }
}
