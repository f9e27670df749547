using System.Collections.Immutable;

namespace Backflow.Exchange.Onnx;

/// <summary>The operators that cut out and join: the last timestep, states of layers, states side by side.</summary>
/// <param name="chain">What has been found so far.</param>
internal sealed class OnnxParts(OnnxChain chain)
{
    // Exporters write "to the end" as the largest number of a type.
    private const long End = int.MaxValue;

    /// <summary>What a node makes of its inputs; null where the node is none of these.</summary>
    public OnnxValue[]? Follow(OnnxNode node, OnnxValue?[] inputs)
    {
        OnnxValue? first = inputs.Length > 0 ? inputs[0] : null;
        OnnxValue? made = node.Operator switch
        {
            "Slice" => Slice(node, first, inputs),
            "Gather" => Gather(node, first, inputs),
            "Concat" => Concat(node, inputs),
            _ => null,
        };
        return made is null ? null : [made];
    }

    /// <summary>Final states as features of the last timestep, where they are those of the top layer.</summary>
    public static FlowValue? LastOf(OnnxChain chain, FinalValue final)
    {
        int directions = chain.Layers.Count == 0 ? 0 : chain.Layers[^1].Cells.Length;
        bool isTop = final.Axes == "BF" && final.States.Length == directions
            && final.States.Index().All(one =>
                one.Item == new FinalState(chain.Layers.Count, one.Index, IsCell: false));
        return isTop ? new FlowValue("BF", chain.Layers.Count) { IsLast = true } : null;
    }

    private OnnxValue? Slice(OnnxNode node, OnnxValue? value, OnnxValue?[] inputs)
    {
        if (value is SizesValue or ZerosValue)
        {
            return value;
        }

        if (OnnxShapes.IsWhole(value))
        {
            return new SizesValue();
        }

        ImmutableArray<long>? starts = OnnxShapes.Whole(inputs, 1) ?? node.Wholes("starts");
        ImmutableArray<long>? ends = OnnxShapes.Whole(inputs, 2) ?? node.Wholes("ends");
        ImmutableArray<long>? steps = OnnxShapes.Whole(inputs, 4);
        if (starts is not [long start] || ends is not [long end] || (steps ?? [1]) is not [1]
            || inputs.Skip(3).Any(static one => one is not (null or KnownValue)))
        {
            return null;
        }

        long given = (OnnxShapes.Whole(inputs, 3) ?? node.Wholes("axes") ?? [0]) is [long one] ? one : -1;
        switch (value)
        {
            // Each layer takes its own rows of a state that is given.
            case InputValue { Rank: 3 } input when given == 0 && start is >= 0 and < int.MaxValue:
                return new StateValue(input.Name, (int)start);
            case StateValue state when given == 0 && start >= 0 && start < int.MaxValue - state.Row:
                return state with { Row = state.Row + (int)start };
            case FlowValue flow when OnnxShapes.Axis(given, flow.Axes.Length) is int axis:
                return start == 0 && end >= End ? flow
                    : flow.Axes[axis] == OnnxAxes.Timesteps && start == -1 && end >= End
                        ? Last(node, flow, flow.Axes.Replace(OnnxAxes.Timesteps, OnnxAxes.LastTimestep))
                    : throw node.Wrong("cuts out something else than the last timestep");
            case FinalValue final when OnnxShapes.Axis(given, final.Axes.Length) is int axis
                && final.Axes[axis] == OnnxAxes.Directions:
                int count = final.States.Length;
                long from = Math.Clamp(start < 0 ? start + count : start, 0, count);
                long to = Math.Clamp(end < 0 ? end + count : end, from, count);
                return final with { States = final.States[(int)from..(int)to] };
            default:
                return null;
        }
    }

    private OnnxValue? Gather(OnnxNode node, OnnxValue? value, OnnxValue?[] inputs)
    {
        if (value is SizesValue || OnnxShapes.IsWhole(value))
        {
            return new SizesValue();
        }

        if (value is ZerosValue)
        {
            return value;
        }

        KnownValue? index = inputs.Length > 1 ? inputs[1] as KnownValue : null;
        if (index is not { Tensor: { Count: 1, Shape.Length: 0, IsWhole: true } })
        {
            return null;
        }

        long place = index.Tensor.Int64s()[0];
        string? axes = (value as FlowValue)?.Axes ?? (value as FinalValue)?.Axes;
        if (axes is null || OnnxShapes.Axis(node.Whole("axis", 0), axes.Length) is not int axis)
        {
            return null;
        }

        string left = axes.Remove(axis, 1);
        if (value is FlowValue flow)
        {
            return axes[axis] == OnnxAxes.LastTimestep && place is 0 or -1 ? flow with { Axes = left }
                : axes[axis] == OnnxAxes.Timesteps && place == -1 ? Last(node, flow, left)
                : throw node.Wrong("picks out something else than the last timestep");
        }

        FinalValue final = (FinalValue)value!;
        long counted = place < 0 ? place + final.States.Length : place;
        if (axes[axis] != OnnxAxes.Directions || counted < 0 || counted >= final.States.Length)
        {
            throw node.Wrong("picks out something else than the state of one layer");
        }

        FinalValue picked = new(left, [final.States[(int)counted]]);
        return LastOf(chain, picked) ?? (OnnxValue)picked;
    }

    private FlowValue Last(OnnxNode node, FlowValue flow, string axes)
    {
        if (flow.Level > 0 && chain.Layers[flow.Level - 1].Cells.Length > 1)
        {
            throw node.Wrong(
                "reads both directions at the last timestep, where the reverse one has read a single symbol; the "
                + "engine's head reads what each direction read last, as PyTorch's h_n has it");
        }

        return flow with { Axes = axes, IsLast = true };
    }

    private OnnxValue? Concat(OnnxNode node, OnnxValue?[] inputs)
    {
        if (inputs.All(static one => one is SizesValue || OnnxShapes.IsWhole(one)))
        {
            return new SizesValue();
        }

        if (inputs.Length == 0 || !inputs.All(static one =>
            one is FinalValue or FlowValue { IsLast: true, IsHead: false, Axes: "BF" }))
        {
            return null;
        }

        FinalValue[] states = [.. inputs.Select(one => one as FinalValue ?? StateOf((FlowValue)one!))];
        string axes = states[0].Axes;
        if (states.Any(one => one.Axes != axes) || OnnxShapes.Axis(node.Whole("axis", 0), axes.Length) is not int axis
            || axes[axis] != (axes.Length == 3 ? OnnxAxes.Directions : OnnxAxes.Features))
        {
            throw node.Wrong("joins final states along another axis than that of layers or of features");
        }

        FinalValue joined = new(axes, [.. states.SelectMany(static one => one.States)]);
        return LastOf(chain, joined) ?? (OnnxValue)joined;

        FinalValue StateOf(FlowValue last) => new("BF", [new FinalState(last.Level, 0, IsCell: false)]);
    }
}
