namespace Backflow.Exchange.Onnx;

/// <summary>The operators of a linear head: a product and the sum with its bias.</summary>
/// <param name="chain">What has been found so far.</param>
internal sealed class OnnxHeads(OnnxChain chain)
{
    /// <summary>What a node makes of its inputs; null where the node is none of these.</summary>
    public OnnxValue[]? Follow(OnnxNode node, OnnxValue?[] inputs) =>
        (node.Operator, At(inputs, 0), At(inputs, 1)) switch
        {
            ("MatMul", _, KnownValue weights) => [Product(node, inputs[0], weights.Tensor)],
            ("Add", FlowValue { LacksBias: true } flow, KnownValue bias) => [Bias(node, flow, bias.Tensor)],
            ("Add", KnownValue bias, FlowValue { LacksBias: true } flow) => [Bias(node, flow, bias.Tensor)],
            ("Gemm", _, KnownValue weights) => [Gemm(node, inputs, weights.Tensor)],
            _ => null,
        };

    private static OnnxValue? At(OnnxValue?[] inputs, int place) => place < inputs.Length ? inputs[place] : null;

    private FlowValue Product(OnnxNode node, OnnxValue? value, OnnxTensor weights)
    {
        if (weights.Shape.Length != 2)
        {
            throw node.Wrong($"multiplies by a tensor of the shape {OnnxTensor.ShapeText(weights.Shape)}");
        }

        return TakeHead(node, value, Transposed(weights), (int)weights.Shape[1], bias: null) with { LacksBias = true };
    }

    private FlowValue Gemm(OnnxNode node, OnnxValue?[] inputs, OnnxTensor weights)
    {
        OnnxTensor? bias = At(inputs, 2) switch
        {
            null => null,
            KnownValue known => known.Tensor,
            _ => throw node.Wrong("has no C that the file holds as a constant"),
        };
        if (weights.Shape.Length != 2 || node.Whole("transA", 0) != 0
            || (node.Number("alpha") ?? 1) != 1 || (node.Number("beta") ?? 1) != 1)
        {
            throw node.Wrong("is no plain product (alpha 1, beta 1, transA 0, a matrix B)");
        }

        bool isTransposed = node.Whole("transB", 0) != 0;
        int outputs = (int)weights.Shape[isTransposed ? 0 : 1];
        return TakeHead(
            node,
            inputs[0],
            isTransposed ? weights.Singles() : Transposed(weights),
            outputs,
            BiasOf(node, bias, outputs));
    }

    private FlowValue Bias(OnnxNode node, FlowValue flow, OnnxTensor bias)
    {
        chain.Head = chain.Head! with { Bias = BiasOf(node, bias, chain.Head.Outputs)! };
        return flow with { LacksBias = false };
    }

    private static float[]? BiasOf(OnnxNode node, OnnxTensor? bias, int outputs)
    {
        if (bias is null)
        {
            return null;
        }

        return bias.Count == outputs && bias.Shape.Length > 0 && bias.Shape[^1] == outputs
            ? bias.Singles()
            : throw node.Wrong(
                $"adds a tensor of the shape {OnnxTensor.ShapeText(bias.Shape)} to {outputs} outputs of the head");
    }

    private FlowValue TakeHead(OnnxNode node, OnnxValue? value, float[] weights, int outputs, float[]? bias)
    {
        FlowValue flow = (value is FinalValue final ? OnnxParts.LastOf(chain, final) : chain.AsFlow(value, node))
            ?? throw node.Wrong("multiplies something else than the features of the top layer");
        if (chain.Head is not null || flow.Level == 0
            || flow.Axes.Contains(OnnxAxes.Directions, StringComparison.Ordinal)
            || flow.Axes[^1] != OnnxAxes.Features)
        {
            throw node.Wrong("is not the only linear layer above the recurrent ones");
        }

        if (outputs < 1 || weights.Length / outputs != chain.Layers[flow.Level - 1].Width)
        {
            throw node.Wrong(
                $"reads {(outputs < 1 ? 0 : weights.Length / outputs)} features, and the layer below makes "
                + $"{chain.Layers[flow.Level - 1].Width}");
        }

        chain.Head = new OnnxHead(flow.Level, flow.IsLast, outputs, weights, bias ?? new float[outputs]);
        return flow with { IsHead = true };
    }

    private static float[] Transposed(OnnxTensor tensor)
    {
        float[] values = tensor.Singles();
        float[] transposed = new float[values.Length];
        int columns = (int)tensor.Shape[1];
        for (int i = 0; i < values.Length; i++)
        {
            (int row, int column) = Math.DivRem(i, columns);
            transposed[(column * (values.Length / columns)) + row] = values[i];
        }

        return transposed;
    }
}
