using System.Collections.Immutable;

namespace Backflow.Exchange.Onnx;

/// <summary>Operators that compute nothing: constants, shapes, states of zeros, and axes in another order.</summary>
/// <param name="chain">What has been found so far.</param>
internal sealed class OnnxShapes(OnnxChain chain)
{
    /// <summary>What a node makes of its inputs; null where the node is none of these.</summary>
    public OnnxValue[]? Follow(OnnxNode node, OnnxValue?[] inputs)
    {
        OnnxValue? first = inputs.Length > 0 ? inputs[0] : null;
        OnnxValue? made = node.Operator switch
        {
            "Constant" => Constant(node),
            "Shape" => new SizesValue(),
            "Identity" => first,
            "Dropout" => Dropout(node, inputs),
            "Cast" => Cast(node, first),
            "ConstantOfShape" => ConstantOfShape(node, first),
            "Expand" => Expand(node, first),
            "Transpose" => Transpose(node, first),
            "Squeeze" => Squeeze(node, first, inputs),
            "Unsqueeze" => first is SizesValue || IsWhole(first) ? new SizesValue() : null,
            "Reshape" => Reshape(node, first, inputs),
            "Add" or "Sub" or "Mul" or "Div" or "Equal" => inputs.All(static one => one is SizesValue || IsWhole(one))
                ? new SizesValue() : null,
            _ => null,
        };
        return made is null ? null : [made];
    }

    internal static bool IsWhole(OnnxValue? value) => value is KnownValue { Tensor.IsWhole: true };

    private static KnownValue Constant(OnnxNode node)
    {
        if (node.Tensor("value") is OnnxTensor tensor)
        {
            return new KnownValue(tensor);
        }

        ImmutableArray<long>? wholes = node.Has("value_int") ? [node.Whole("value_int", 0)] : node.Wholes("value_ints");
        return wholes is ImmutableArray<long> values
            ? new KnownValue(OnnxTensor.Read(
                OnnxTensors.Int64s("constant", node.Has("value_int") ? [] : [values.Length], values.AsSpan()),
                node.Refusal))
            : throw node.Wrong("holds neither a tensor nor whole numbers");
    }

    private static OnnxValue? Dropout(OnnxNode node, OnnxValue?[] inputs)
    {
        bool trains = inputs.Length > 2 && inputs[2] is not null
            && !(inputs[2] is KnownValue mode && mode.Tensor.Int64s() is [0]);
        return trains ? throw node.Wrong("drops units (training_mode), as a model in training does") : inputs[0];
    }

    private OnnxValue? Cast(OnnxNode node, OnnxValue? value)
    {
        long to = node.Whole("to", 0);
        bool toWhole = to is OnnxTensors.Int64 or OnnxTensor.Int32;
        return value switch
        {
            SizesValue when toWhole => value,
            TokensValue when toWhole => value,
            KnownValue known when toWhole && known.Tensor.IsWhole => new SizesValue(),
            InputValue { Type: OnnxTensors.Int64 or OnnxTensor.Int32 } when toWhole => value,
            InputValue { Rank: 3 } or FlowValue when to is OnnxTensors.Single or OnnxTensor.Half =>
                chain.AsFlow(value, node),
            ZerosValue or StateValue when to is OnnxTensors.Single or OnnxTensor.Half => value,
            _ => throw node.Wrong(
                $"makes {OnnxTensor.NameOf((int)Math.Clamp(to, 0, 99))} of something that stays as it is here"),
        };
    }

    private static ZerosValue ConstantOfShape(OnnxNode node, OnnxValue? shape)
    {
        if (node.Tensor("value") is OnnxTensor value && !(value.Doubles() is [0]))
        {
            throw node.Wrong("makes a state that is not zero");
        }

        return shape is KnownValue known && known.Tensor.Int64s() is [_, long batch, _]
            ? new ZerosValue(batch)
            : new ZerosValue(FrozenBatch: null);
    }

    private static ZerosValue? Expand(OnnxNode node, OnnxValue? value) => value switch
    {
        ZerosValue zeros => new ZerosValue(Spread(zeros.FrozenBatch)),
        KnownValue known when known.Tensor.Doubles().All(static one => one == 0) =>
            new ZerosValue(known.Tensor.Shape.Length == 3 ? Spread(known.Tensor.Shape[1]) : null),
        KnownValue => throw node.Wrong("makes a state that is not zero"),
        _ => null,
    };

    // A state of one sequence is repeated for all.
    private static long? Spread(long? batch) => batch == 1 ? null : batch;

    private OnnxValue? Transpose(OnnxNode node, OnnxValue? value)
    {
        OnnxValue? moved = value is InputValue { Rank: 2, Type: OnnxTensors.Int64 or OnnxTensor.Int32 } symbols
            ? Symbols(symbols)
            : chain.AsFlow(value, node) ?? value;
        return moved switch
        {
            FlowValue flow => flow with { Axes = Permuted(flow.Axes) },
            TokensValue tokens => new TokensValue(Permuted(tokens.Axes)),
            FinalValue final => final with { Axes = Permuted(final.Axes) },
            _ => null,
        };

        TokensValue Symbols(InputValue input)
        {
            chain.TakeInput(input, node);
            return new TokensValue($"{OnnxAxes.First}{OnnxAxes.Second}");
        }

        string Permuted(string axes)
        {
            ImmutableArray<long> inOrder = [.. Enumerable.Range(0, axes.Length).Select(static axis => (long)axis)];
            ImmutableArray<long> order = node.Wholes("perm") ?? [.. inOrder.Reverse()];
            return order.Order().SequenceEqual(inOrder)
                ? string.Concat(order.Select(axis => axes[(int)axis]))
                : throw node.Wrong("has a perm that is no order of its axes");
        }
    }

    private OnnxValue? Squeeze(OnnxNode node, OnnxValue? value, OnnxValue?[] inputs)
    {
        if (value is SizesValue)
        {
            return value;
        }

        string? axes = (value as FlowValue)?.Axes ?? (value as FinalValue)?.Axes;
        ImmutableArray<long>? named = Whole(inputs, 1) ?? node.Wholes("axes");
        if (axes is null || named is not [long given] || Axis(given, axes.Length) is not int axis)
        {
            return null;
        }

        bool isOne = axes[axis] == OnnxAxes.LastTimestep || (axes[axis] == OnnxAxes.Directions && value switch
        {
            FlowValue flow => chain.Layers[flow.Level - 1].Cells.Length == 1,
            FinalValue final => final.States.Length == 1,
            _ => false,
        });
        if (!isOne)
        {
            throw node.Wrong("removes an axis that is not of size 1");
        }

        string left = axes.Remove(axis, 1);
        return value switch
        {
            FlowValue flow => flow with { Axes = left },
            FinalValue final => Plain(final with { Axes = left }),
            _ => null,
        };

        OnnxValue Plain(FinalValue final) => OnnxParts.LastOf(chain, final) ?? (OnnxValue)final;
    }

    // Directions and units, side by side, become features: […, D, F] to […, D·F].
    private OnnxValue? Reshape(OnnxNode node, OnnxValue? value, OnnxValue?[] inputs)
    {
        if (value is SizesValue)
        {
            return value;
        }

        if (Whole(inputs, 1) is not ImmutableArray<long> shape || shape.IsEmpty)
        {
            return null;
        }

        switch (value)
        {
            case FlowValue { IsHead: false, Level: > 0 } flow
                when flow.Axes is "TBDF" or "BTDF" && shape.Length == 3 && Joins(chain.Layers[flow.Level - 1].Width):
                return flow with { Axes = flow.Axes.Remove(2, 1) };
            case FinalValue { Axes: "BDF" } final
                when shape.Length == 2 && Joins(final.States.Sum(one => (long)chain.Layers[one.Level - 1].HiddenSize)):
                FinalValue joined = final with { Axes = "BF" };
                return OnnxParts.LastOf(chain, joined) ?? (OnnxValue)joined;
            default:
                throw node.Wrong("makes another shape than directions side by side");
        }

        bool Joins(long width) => (shape[^1] == width || shape[^1] == -1)
            && shape.AsSpan()[..^1].IndexOfAnyExceptInRange(-1, int.MaxValue) < 0;
    }

    internal static ImmutableArray<long>? Whole(OnnxValue?[] inputs, int place) =>
        place < inputs.Length && inputs[place] is KnownValue { Tensor.IsWhole: true } known
            ? [.. known.Tensor.Int64s()]
            : null;

    internal static int? Axis(long given, int axes)
    {
        long axis = given < 0 ? given + axes : given;
        return axis >= 0 && axis < axes ? (int)axis : null;
    }
}
