using System.Collections.Immutable;
using Backflow.Engine;

namespace Backflow.Exchange.Onnx;

/// <summary>A chain of layers by the engine, with the inputs and outputs that its file has.</summary>
internal sealed class OnnxChainEngine
{
    private readonly OnnxChain _chain;
    private readonly NetworkPass _pass;

    private OnnxChainEngine(OnnxChain chain, NetworkPass pass)
    {
        _chain = chain;
        _pass = pass;
    }

    /// <summary>Computes the outputs of a file.</summary>
    /// <param name="chain">What its graph is.</param>
    /// <param name="inputs">Its inputs by name.</param>
    /// <param name="pool">The threads that share the work.</param>
    /// <returns>The graph's outputs, in its order.</returns>
    /// <exception cref="ExchangeException">An input is missing, or of another shape.</exception>
    public static ImmutableArray<float[]> Compute(
        OnnxChain chain, IReadOnlyDictionary<string, OnnxTensor> inputs, WorkerPool pool)
    {
        RecurrentNetwork network = OnnxModel.Network(chain).Build();
        OnnxTensor input = inputs[chain.Input!.Name];
        bool hasSymbols = chain.Embedding is not null;
        if (input.Shape.Length != (hasSymbols ? 2 : 3) || input.Count == 0
            || (!hasSymbols && input.Shape[2] != network.Options.InputSize))
        {
            throw chain.Refusal.Of($"its input has the shape {OnnxTensor.ShapeText(input.Shape)}");
        }

        bool isBatchFirst = chain.IsBatchFirst == true;
        NetworkPass pass = new(
            network, (int)input.Shape[isBatchFirst ? 1 : 0], (int)input.Shape[isBatchFirst ? 0 : 1], pool);
        OnnxChainEngine engine = new(chain, pass);
        engine.SetInput(input, isBatchFirst);
        engine.SetStates(inputs);
        pass.Forward();
        return [.. chain.Outputs.Select(output => engine.Output(output.Value))];
    }

    private void SetInput(OnnxTensor input, bool isBatchFirst)
    {
        int rows = _pass.SequenceLength * _pass.BatchSize;
        int features = input.Count / rows;
        int From(int row)
        {
            (int t, int sequence) = Math.DivRem(row, _pass.BatchSize);
            return isBatchFirst ? (sequence * _pass.SequenceLength) + t : row;
        }

        if (_chain.Embedding is null)
        {
            float[] given = input.Singles();
            float[] values = new float[given.Length];
            for (int row = 0; row < rows; row++)
            {
                given.AsSpan(From(row) * features, features).CopyTo(values.AsSpan(row * features));
            }

            _pass.SetInput(values);
            return;
        }

        long[] symbols = input.Int64s();
        for (int row = 0; row < rows; row++)
        {
            long symbol = symbols[From(row)];
            _pass.Tokens[row] = symbol >= 0 && symbol < _pass.Network.Options.VocabularySize
                ? (int)symbol
                : throw _chain.Refusal.Of($"its input has the symbol {symbol}, which the embedding does not have");
        }
    }

    private void SetStates(IReadOnlyDictionary<string, OnnxTensor> inputs)
    {
        int pass = 0;
        foreach (OnnxLayer layer in _chain.Layers)
        {
            for (int direction = 0; direction < layer.Cells.Length; direction++)
            {
                LayerPass own = _pass.Layers[pass++];
                float[] hidden = State(layer.InitialHidden, direction, own);
                own.SetInitialState(hidden, own.HasCellState ? State(layer.InitialCell, direction, own) : []);
            }
        }

        float[] State(StateValue? given, int direction, LayerPass own)
        {
            int length = own.BatchSize * own.HiddenSize;
            if (given is null)
            {
                return new float[length];
            }

            OnnxTensor tensor = inputs[given.Input];
            int row = given.Row + direction;
            return tensor.Shape.Length == 3 && tensor.Shape[1] == own.BatchSize && tensor.Shape[2] == own.HiddenSize
                && row < tensor.Shape[0]
                ? [.. tensor.Singles().AsSpan(row * length, length)]
                : throw _chain.Refusal.Of(
                    $"its input {OnnxRefusal.Quote(given.Input)} has the shape {OnnxTensor.ShapeText(tensor.Shape)}");
        }
    }

    private float[] Output(OnnxValue value) => value switch
    {
        FinalValue final => Final(final),
        FlowValue { IsHead: true } flow => Rows(flow.Axes, _pass.Head!.OutputSize, HeadRow(flow.IsLast)),
        FlowValue { IsLast: true } flow => Rows(flow.Axes, _pass.Network.Options.TopSize, LastRow),
        FlowValue flow => Rows(flow.Axes, WidthOf(flow), TopRow(WidthOf(flow))),
        _ => [],
    };

    // Rows in the order of the axes; the last axis is that of features.
    private float[] Rows(string axes, int width, RowOf row)
    {
        int[] sizes = [.. axes[..^1].Select(SizeOf)];
        float[] values = new float[sizes.Aggregate(width, static (product, size) => product * size)];
        int t = axes.IndexOf(OnnxAxes.Timesteps, StringComparison.Ordinal);
        int b = axes.IndexOf(OnnxAxes.Sequences, StringComparison.Ordinal);
        int d = axes.IndexOf(OnnxAxes.Directions, StringComparison.Ordinal);
        int[] place = new int[sizes.Length];
        for (int begin = 0; begin < values.Length; begin += width)
        {
            row(t < 0 ? 0 : place[t], place[b], d < 0 ? 0 : place[d]).CopyTo(values.AsSpan(begin, width));
            for (int axis = sizes.Length - 1; axis >= 0 && ++place[axis] == sizes[axis]; axis--)
            {
                place[axis] = 0;
            }
        }

        return values;
    }

    private delegate ReadOnlySpan<float> RowOf(int t, int sequence, int direction);

    private int SizeOf(char axis) => axis switch
    {
        OnnxAxes.Timesteps => _pass.SequenceLength,
        OnnxAxes.Sequences => _pass.BatchSize,
        OnnxAxes.Directions => _chain.Layers[^1].Cells.Length,
        _ => 1,
    };

    private RowOf HeadRow(bool isLast)
    {
        LinearHead head = _pass.Head!;
        int timestep = _pass.BatchSize * head.OutputSize;
        float[] rows = new float[head.Timesteps * timestep];
        for (int t = 0; t < head.Timesteps; t++)
        {
            head.GetOutputs(t, rows.AsSpan(t * timestep, timestep));
        }

        return (t, sequence, direction) => rows.AsSpan(
            ((isLast ? head.Timesteps - 1 : t) * timestep) + (sequence * head.OutputSize), head.OutputSize);
    }

    // What each direction read last, side by side.
    private ReadOnlySpan<float> LastRow(int t, int sequence, int direction)
    {
        int directions = _chain.Layers[^1].Cells.Length;
        return _pass.Layers.TakeLast(directions)
            .SelectMany(layer => layer.Hidden(_pass.SequenceLength - 1)[sequence].ToArray())
            .ToArray();
    }

    private int WidthOf(FlowValue flow) => flow.Axes.Contains(OnnxAxes.Directions, StringComparison.Ordinal)
        ? _chain.Layers[^1].HiddenSize
        : _pass.Network.Options.TopSize;

    private RowOf TopRow(int width)
    {
        int top = _pass.Network.Options.TopSize;
        float[] states = new float[_pass.SequenceLength * _pass.BatchSize * top];
        _pass.GetTopStates(states);
        return (t, sequence, direction) =>
            states.AsSpan((((t * _pass.BatchSize) + sequence) * top) + (direction * width), width);
    }

    private float[] Final(FinalValue final)
    {
        bool isBatchFirst = final.Axes[0] == OnnxAxes.Sequences;
        List<float> values = [];
        if (isBatchFirst)
        {
            for (int sequence = 0; sequence < _pass.BatchSize; sequence++)
            {
                values.AddRange(final.States.SelectMany(state => StateOf(state, sequence)));
            }

            return [.. values];
        }

        return [.. final.States.SelectMany(state =>
            Enumerable.Range(0, _pass.BatchSize).SelectMany(sequence => StateOf(state, sequence)))];
    }

    private float[] StateOf(FinalState state, int sequence)
    {
        int index = _chain.Layers.Take(state.Level - 1).Sum(static layer => layer.Cells.Length) + state.Direction;
        LayerPass layer = _pass.Layers[index];
        BatchRows rows = state.IsCell ? layer.Cell(_pass.SequenceLength - 1) : layer.Hidden(_pass.SequenceLength - 1);
        return rows[sequence].ToArray();
    }
}
