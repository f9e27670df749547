using System.Collections.Immutable;

namespace Backflow.Engine.Kernels.Reference;

/// <summary>The plain twin of <see cref="NetworkPass"/> with its network: double, no vectors, no threads.</summary>
/// <remarks>
/// It exists to be obviously right: the oracle of the fast engine, slower by orders of magnitude. Shapes are time-major
/// and without padding, parameters in PyTorch's order.
/// </remarks>
public sealed partial class ReferenceNetwork
{
    private readonly ImmutableArray<ReferenceLayer> _layers;
    private readonly ReferenceHead? _head;
    private readonly ReferenceParameter? _embedding;
    private readonly int[] _tokens;
    private readonly double[] _outputGradient;
    private readonly double[] _lossTerms;
    private ulong? _dropoutKey;

    /// <summary>Makes a network of zeros for batches of one shape.</summary>
    /// <param name="options">What the network consists of.</param>
    /// <param name="sequenceLength">Timesteps, T.</param>
    /// <param name="batchSize">Sequences, B.</param>
    public ReferenceNetwork(NetworkOptions options, int sequenceLength, int batchSize)
    {
        Options = options;
        SequenceLength = sequenceLength;
        BatchSize = batchSize;
        ImmutableArray<ReferenceLayer>.Builder layers = ImmutableArray.CreateBuilder<ReferenceLayer>();
        for (int i = 0; i < options.Layers.Length; i++)
        {
            layers.Add(new ReferenceLayer(
                options.Layers[i].Cell,
                new LayerShape(sequenceLength, batchSize, options.InputSizeOf(i), options.Layers[i].HiddenSize)));
        }

        _layers = layers.ToImmutable();
        _embedding = options.VocabularySize > 0
            ? new ReferenceParameter(options.VocabularySize * options.InputSize)
            : null;
        _tokens = new int[options.VocabularySize > 0 ? sequenceLength * batchSize : 0];
        _head = options.OutputSize > 0
            ? new ReferenceHead(Directions(_layers.Length - 1), options.OutputSize, options.HeadPosition)
            : null;
        _outputGradient = new double[_head is null ? sequenceLength * batchSize * options.TopSize : 0];
        _lossTerms = new double[LossTerms];
        _parameters = NameParameters();
    }

    /// <summary>What the network consists of.</summary>
    public NetworkOptions Options { get; }

    /// <summary>Timesteps, T.</summary>
    public int SequenceLength { get; }

    /// <summary>Sequences, B.</summary>
    public int BatchSize { get; }

    /// <summary>The symbols read, [T, B]. Empty for a network that reads vectors.</summary>
    public Span<int> Tokens => _tokens;

    /// <summary>x, [T, B, I]; with an embedding it is overwritten by the forward pass.</summary>
    public Span<double> Input => _layers[0].Input;

    /// <summary>∂L/∂x, [T, B, I].</summary>
    public ReadOnlySpan<double> InputGradient => _layers[0].DInput;

    /// <summary>∂L/∂y of the top hidden states, [T, B, H], which a network without head is asked for.</summary>
    public Span<double> OutputGradient => _outputGradient;

    /// <summary>The wanted classes of the head, [T′, B], −1 where an output does not count.</summary>
    public Span<int> Targets => Head.Targets;

    /// <summary>The head's outputs, [T′, B, O].</summary>
    public ReadOnlySpan<double> Outputs => Head.Outputs;

    /// <summary>∂L/∂(the head's outputs), [T′, B, O].</summary>
    public ReadOnlySpan<double> OutputsGradient => Head.DOutputs;

    /// <summary>
    /// The head's loss; without a head Σ y·∂L/∂y, the linear loss that has the given output gradient. Either way with
    /// Σ h_T·∂L/∂h_T and Σ c_T·∂L/∂c_T of the final states that were asked for.
    /// </summary>
    public double Loss { get; private set; }

    internal ImmutableArray<ReferenceLayer> Layers => _layers;

    private ReferenceHead Head => _head ?? throw new InvalidOperationException("This network has no head.");

    /// <summary>Sets real-valued targets, and mean squared error as the loss.</summary>
    /// <param name="values">[T′, B, O].</param>
    public void SetTargetValues(ReadOnlySpan<double> values)
    {
        ShapeGuard.HasLength(values.Length, Head.Outputs.Length, nameof(values), "[T′, B, O]");
        Head.TargetValues = values.ToArray();
    }

    /// <summary>h of a layer, [T + 1, B, H]: first the initial state, which the caller sets.</summary>
    /// <param name="layer">The layer, from 0, counted from the input.</param>
    /// <returns>The states.</returns>
    public Span<double> Hidden(int layer) => _layers[layer].Hidden;

    /// <summary>c of a layer, [T + 1, B, H], empty for cells without a cell state.</summary>
    /// <param name="layer">The layer, from 0, counted from the input.</param>
    /// <returns>The states.</returns>
    public Span<double> CellState(int layer) => _layers[layer].CellState;

    /// <summary>The total gradient ∂L/∂h of a layer, [T + 1, B, H], first that of the initial state.</summary>
    /// <param name="layer">The layer, from 0, counted from the input.</param>
    /// <returns>The gradients.</returns>
    public ReadOnlySpan<double> HiddenGradient(int layer) => _layers[layer].DHidden;

    /// <summary>The total gradient ∂L/∂c of a layer, [T + 1, B, H], first that of the initial state.</summary>
    /// <param name="layer">The layer, from 0, counted from the input.</param>
    /// <returns>The gradients.</returns>
    public ReadOnlySpan<double> CellGradient(int layer) => _layers[layer].DCellState;

    /// <summary>What the loss asks of a layer's final h, beside what it asks of the outputs, [B, H].</summary>
    /// <param name="layer">The layer, from 0, counted from the input.</param>
    /// <returns>Zeros, until set.</returns>
    public Span<double> FinalHiddenGradient(int layer) => _layers[layer].FinalDHidden;

    /// <summary>What the loss asks of a layer's final c, [B, H].</summary>
    /// <param name="layer">The layer, from 0, counted from the input.</param>
    /// <returns>Zeros, until set; empty for cells without a cell state.</returns>
    public Span<double> FinalCellGradient(int layer) => _layers[layer].FinalDCellState;

    /// <summary>The forward pass with the loss.</summary>
    /// <param name="dropoutKey">As in <see cref="NetworkPass.Forward"/>.</param>
    public void Forward(ulong? dropoutKey = null)
    {
        _dropoutKey = dropoutKey;
        Embed();
        for (int i = 0; i < _layers.Length; i++)
        {
            ReferenceLayer layer = _layers[i];
            ReadFromBelow(i);
            for (int t = 0; t < SequenceLength; t++)
            {
                for (int row = 0; row < BatchSize; row++)
                {
                    layer.Cell.Forward(layer, t, row);
                }
            }
        }

        _head?.Forward();
        ReadLossTerms(_lossTerms);
        Loss = _lossTerms.Sum();
    }

    /// <summary>The backward pass: every total gradient, ∂L/∂x, and every parameter's gradient.</summary>
    public void Backward()
    {
        ClearGradients();
        if (_head is null)
        {
            int size = Options.TopSize;
            ReferenceDirections top = Directions(_layers.Length - 1);
            for (int place = 0; place < SequenceLength * BatchSize; place++)
            {
                (int t, int row) = Math.DivRem(place, BatchSize);
                top.AddGradient(t, row, mirrors: true, _outputGradient.AsSpan(place * size, size));
            }
        }
        else
        {
            _head.Backward();
        }

        for (int i = _layers.Length - 1; i >= 0; i--)
        {
            ReferenceLayer layer = _layers[i];
            AddTo(layer.DHidden.AsSpan(SequenceLength * BatchSize * layer.Shape.HiddenSize), layer.FinalDHidden);
            if (layer.Cell.HasCellState)
            {
                layer.FinalDCellState.CopyTo(layer.DCellState.AsSpan(^layer.FinalDCellState.Length));
            }

            for (int t = SequenceLength - 1; t >= 0; t--)
            {
                for (int row = 0; row < BatchSize; row++)
                {
                    layer.Cell.Backward(layer, t, row);
                }
            }

            BackToBelow(i);
        }

        EmbeddingGradient();
    }

    private static void AddTo(Span<double> target, ReadOnlySpan<double> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            target[i] += values[i];
        }
    }

    private void ClearGradients()
    {
        foreach ((_, ReferenceParameter parameter) in _parameters)
        {
            parameter.Gradient.AsSpan().Clear();
        }

        foreach (ReferenceLayer layer in _layers)
        {
            layer.DInput.AsSpan().Clear();
            layer.DHidden.AsSpan().Clear();
            layer.DCellState.AsSpan().Clear();
        }
    }

    private void Embed()
    {
        int size = Options.InputSize;
        for (int row = 0; row < _tokens.Length; row++)
        {
            _embedding!.Values.AsSpan(_tokens[row] * size, size).CopyTo(_layers[0].Input.AsSpan(row * size));
        }
    }

    private void EmbeddingGradient()
    {
        int size = Options.InputSize;
        for (int row = 0; row < _tokens.Length; row++)
        {
            AddTo(_embedding!.Gradient.AsSpan(_tokens[row] * size), _layers[0].DInput.AsSpan(row * size, size));
        }
    }

    /// <summary>The states of the top layer, [T, B, H]; of two directions side by side, place by place.</summary>
    internal double[] TopStates()
    {
        int size = Options.TopSize;
        double[] states = new double[SequenceLength * BatchSize * size];
        ReferenceDirections top = Directions(_layers.Length - 1);
        for (int place = 0; place < SequenceLength * BatchSize; place++)
        {
            (int t, int row) = Math.DivRem(place, BatchSize);
            top.Hidden(t, row, mirrors: true).CopyTo(states.AsSpan(place * size));
        }

        return states;
    }

    // The layer with a number, and the one that reads the same input in the other direction, where there is one.
    private ReferenceDirections Directions(int layer) =>
        Options.Layers[layer].IsReverse ? new(_layers[layer - 1], _layers[layer])
        : Options.HasReverse(layer) ? new(_layers[layer], _layers[layer + 1])
        : new(_layers[layer], null);

    // x is h of what lies below, times the dropout mask; a reverse layer reads x from the end.
    private void ReadFromBelow(int i)
    {
        ReferenceLayer layer = _layers[i];
        for (int place = 0; place < SequenceLength * BatchSize; place++)
        {
            (int t, int row) = Math.DivRem(place, BatchSize);
            Span<double> x = layer.InputAt(t, row);
            if (Options.Layers[i].IsReverse)
            {
                _layers[i - 1].InputAt(SequenceLength - 1 - t, row).CopyTo(x);
            }
            else if (i > 0)
            {
                ReadOnlySpan<double> h = Directions(i - 1).Hidden(t, row, mirrors: true);
                for (int k = 0; k < x.Length; k++)
                {
                    x[k] = h[k] * DropoutFactor(i, (place * x.Length) + k);
                }
            }
        }
    }

    // A reverse layer hands ∂L/∂x to its forward layer, which hands both down.
    private void BackToBelow(int i)
    {
        ReferenceLayer layer = _layers[i];
        for (int place = 0; place < SequenceLength * BatchSize; place++)
        {
            (int t, int row) = Math.DivRem(place, BatchSize);
            double[] dx = layer.DInputAt(t, row).ToArray();
            if (Options.Layers[i].IsReverse)
            {
                AddTo(_layers[i - 1].DInputAt(SequenceLength - 1 - t, row), dx);
            }
            else if (i > 0)
            {
                for (int k = 0; k < dx.Length; k++)
                {
                    dx[k] *= DropoutFactor(i, (place * dx.Length) + k);
                }

                Directions(i - 1).AddGradient(t, row, mirrors: true, dx);
            }
        }
    }

    // The mask counts elements with units padded to whole vectors.
    private double DropoutFactor(int i, int index)
    {
        if (_dropoutKey is not ulong key || Options.Dropout == 0)
        {
            return 1;
        }

        LayerShape shape = _layers[i].Shape;
        DropoutMask mask = new(SplittableRandom.Hash(key, (ulong)i), Options.Dropout);
        return mask[((long)(index / shape.InputSize) * shape.InputStride) + (index % shape.InputSize)];
    }
}
