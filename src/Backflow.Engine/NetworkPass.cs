using Backflow.Engine.Kernels;

namespace Backflow.Engine;

/// <summary>One batch of sequences through a network, forward and backward, with every state and gradient kept.</summary>
/// <remarks>
/// The order of use: set the input (<see cref="Tokens"/> or <see cref="SetInput"/>), the initial state, the targets;
/// <see cref="Forward"/>; <see cref="Backward"/>. Nothing of this allocates. All public shapes are time-major and
/// without padding.
/// </remarks>
public sealed unsafe partial class NetworkPass
{
    private readonly WorkerPool _pool;
    private readonly LayerBuffers[] _layers;
    private readonly AlignedBuffer? _embedded;
    private readonly int[] _tokens;
    private readonly DropoutMask[] _dropout;
    private readonly ForwardRows _forwardRows;
    private readonly BackwardRows _backwardRows;
    private readonly WeightGradientItems _weightGradientItems;
    private readonly int _windowTimesteps;
    private readonly int _keptFrom;
    private bool _usesDropout;

    /// <summary>Allocates everything that batches of one shape need.</summary>
    /// <param name="network">The network; its gradients are overwritten by <see cref="Backward"/>.</param>
    /// <param name="sequenceLength">Timesteps, T.</param>
    /// <param name="batchSize">Sequences, B.</param>
    /// <param name="pool">The threads that share the work; their number does not change a bit of any result.</param>
    /// <param name="recompute">
    /// Whether to keep the states of all timesteps but the gates of a third of them, and compute the others again on
    /// the way back, window by window: less memory for long sequences, some more time, the same bits.
    /// </param>
    public NetworkPass(
        RecurrentNetwork network, int sequenceLength, int batchSize, WorkerPool pool, bool recompute = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sequenceLength);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        Network = network;
        SequenceLength = sequenceLength;
        BatchSize = batchSize;
        _pool = pool;
        _windowTimesteps = recompute ? RecomputedWindow(sequenceLength, batchSize) : sequenceLength;
        _keptFrom = KeptFrom(sequenceLength, _windowTimesteps);
        int gateTimesteps = Recomputes ? _windowTimesteps + sequenceLength - _keptFrom : sequenceLength;
        NetworkOptions options = network.Options;
        bool dropsOut = options.Dropout > 0;
        _dropout = new DropoutMask[options.Layers.Length];
        _layers = new LayerBuffers[options.Layers.Length];
        int inputSize = options.InputSize;
        for (int i = 0; i < _layers.Length; i++)
        {
            LayerOptions layer = options.Layers[i];
            LayerShape shape = new(sequenceLength, batchSize, inputSize, layer.HiddenSize);
            _layers[i] = new LayerBuffers(
                shape, network.Kernels.For(layer.Cell), ownsInput: i == 0 || dropsOut, gateTimesteps);
            _layers[i].BindParameters(network.Layers[i], network.Parameters, network.Gradients);
            if (i > 0 && !dropsOut)
            {
                _layers[i].ReadFrom(_layers[i - 1]);
            }

            inputSize = layer.HiddenSize;
        }

        _tokens = new int[options.VocabularySize > 0 ? sequenceLength * batchSize : 0];
        _embedded = options.VocabularySize > 0 ? network.Parameters : null;
        Head = options.OutputSize > 0 ? new LinearHead(network, _layers[^1]) : null;
        _forwardRows = new ForwardRows(this);
        _backwardRows = new BackwardRows(this);
        _weightGradientItems = new WeightGradientItems(this);
        _windows = new Windows(this);
    }

    /// <summary>The network.</summary>
    public RecurrentNetwork Network { get; }

    /// <summary>Timesteps, T.</summary>
    public int SequenceLength { get; }

    /// <summary>Sequences, B.</summary>
    public int BatchSize { get; }

    /// <summary>The linear head with its targets and loss, or null where the network has none.</summary>
    public LinearHead? Head { get; }

    /// <summary>The symbols read, [T, B], each in [0, V). Empty for a network that reads vectors.</summary>
    public Span<int> Tokens => _tokens;

    internal ReadOnlySpan<LayerBuffers> Layers => _layers;

    /// <summary>Sets what a network without embedding reads.</summary>
    /// <param name="input">x, [T, B, I].</param>
    public void SetInput(ReadOnlySpan<float> input)
    {
        LayerShape shape = _layers[0].Shape;
        ShapeGuard.HasShape(
            input.Length, SequenceLength, BatchSize, shape.InputSize, nameof(input), "[T, B, I]");
        PaddedRows.Import(input, shape.InputSize, _layers[0].OwnInput, shape.InputStride);
    }

    /// <summary>The forward pass of the whole batch, the loss included where the head has targets.</summary>
    /// <param name="dropoutKey">Random bits of this training step for dropout; null switches dropout off.</param>
    public void Forward(ulong? dropoutKey = null)
    {
        _usesDropout = dropoutKey is not null && Network.Options.Dropout > 0;
        for (int i = 0; i < _layers.Length; i++)
        {
            _layers[i].Kernels.PrepareForward(_layers[i]);
            _dropout[i] = _usesDropout
                ? new DropoutMask(SplittableRandom.Hash(dropoutKey!.Value, (ulong)i), Network.Options.Dropout)
                : default;
        }

        Head?.PrepareForward();
        if (Recomputes)
        {
            ForwardByWindows();
        }
        else
        {
            _pool.Run(_forwardRows, RowParts);
        }

        Head?.SumLoss();
    }

    /// <summary>
    /// The backward pass: every total gradient, ∂L/∂x, ∂L/∂(initial state) and <see cref="RecurrentNetwork.Gradients"/>.
    /// </summary>
    public void Backward()
    {
        foreach (LayerBuffers layer in _layers)
        {
            layer.Kernels.PrepareBackward(layer);
        }

        Head?.PrepareBackward();
        if (Recomputes)
        {
            BackwardByWindows();
        }
        else
        {
            _pool.Run(_backwardRows, RowParts);
            _pool.Run(_weightGradientItems, _weightGradientItems.Count);
        }
    }

    private Timesteps WholeSequence => new(0, SequenceLength);

    // Parts of the batch, one per thread; their number has no influence on any result.
    private int RowParts => Math.Min(_pool.Threads, BatchSize);

    private void RowsOfPart(int part, out int begin, out int end)
    {
        begin = (int)((long)BatchSize * part / RowParts);
        end = (int)((long)BatchSize * (part + 1) / RowParts);
    }

    private void Embed(int rowBegin, int rowEnd)
    {
        if (_embedded is null)
        {
            return;
        }

        LayerBuffers layer = _layers[0];
        int stride = layer.Shape.InputStride;
        ReadOnlySpan<float> table = _embedded.Span.Slice(Network.Embedding!.Offset, Network.Embedding.Storage.Length);
        for (int t = 0; t < SequenceLength; t++)
        {
            for (int b = rowBegin; b < rowEnd; b++)
            {
                int row = (t * BatchSize) + b;
                table.Slice(_tokens[row] * stride, stride).CopyTo(layer.OwnInput.Slice(row * stride, stride));
            }
        }
    }

    private void EmbeddingGradient()
    {
        int stride = _layers[0].Shape.InputStride;
        Span<float> gradient =
            Network.Gradients.Span.Slice(Network.Embedding!.Offset, Network.Embedding.Storage.Length);
        gradient.Clear();
        ReadOnlySpan<float> dx = _layers[0].OwnDInput!.Span;
        for (int row = 0; row < _tokens.Length; row++)
        {
            Span<float> target = gradient.Slice(_tokens[row] * stride, stride);
            System.Numerics.Tensors.TensorPrimitives.Add(target, dx.Slice(row * stride, stride), target);
        }
    }

    private void DropOut(int layer, int rowBegin, int rowEnd)
    {
        LayerBuffers below = _layers[layer - 1];
        float* h = below.Hidden.Pointer + (BatchSize * below.Shape.HiddenStride);
        MultiplyByMask(layer, h, _layers[layer].X, rowBegin, rowEnd);
    }

    private void DropOutBackward(int layer, int rowBegin, int rowEnd)
    {
        LayerBuffers below = _layers[layer - 1];
        float* dh = below.DHidden.Pointer + (BatchSize * below.Shape.HiddenStride);
        MultiplyByMask(layer, _layers[layer].DX, dh, rowBegin, rowEnd);
    }

    private void MultiplyByMask(int layer, float* source, float* destination, int rowBegin, int rowEnd)
    {
        int stride = _layers[layer].Shape.InputStride;
        DropoutMask mask = _dropout[layer];
        for (int t = 0; t < SequenceLength; t++)
        {
            nint begin = (((nint)t * BatchSize) + rowBegin) * stride;
            nint end = (((nint)t * BatchSize) + rowEnd) * stride;
            for (nint i = begin; i < end; i++)
            {
                destination[i] = _usesDropout ? source[i] * mask[i] : source[i];
            }
        }
    }

    private sealed class ForwardRows(NetworkPass pass) : IWorkItems
    {
        public void Execute(int item)
        {
            pass.RowsOfPart(item, out int begin, out int end);
            pass.Embed(begin, end);
            for (int i = 0; i < pass._layers.Length; i++)
            {
                LayerBuffers layer = pass._layers[i];
                if (i > 0 && layer.OwnDInput is not null)
                {
                    pass.DropOut(i, begin, end);
                }

                layer.Kernels.Forward(layer, pass.WholeSequence, begin, end);
            }

            pass.Head?.Forward(begin, end);
        }
    }

    private sealed class BackwardRows(NetworkPass pass) : IWorkItems
    {
        public void Execute(int item)
        {
            pass.RowsOfPart(item, out int begin, out int end);
            pass.Head?.Backward(begin, end);
            for (int i = pass._layers.Length - 1; i >= 0; i--)
            {
                LayerBuffers layer = pass._layers[i];
                pass.AddFinalStateGradient(i, begin, end);
                layer.Kernels.Backward(layer, pass.WholeSequence, begin, end);
                if (i > 0 && layer.OwnDInput is not null)
                {
                    pass.DropOutBackward(i, begin, end);
                }
            }
        }
    }

    // One item per thread: a share of the panels of every layer, so that each thread packs its operands once.
    private sealed class WeightGradientItems(NetworkPass pass) : IWorkItems
    {
        private readonly PackedRows[] _packed =
        [
            .. Enumerable.Range(0, pass._pool.Threads).Select(_ => new PackedRows(
                pass._layers.Max(static layer => Math.Max(layer.Shape.InputSize, layer.Shape.HiddenSize)),
                pass._layers.Any(static layer => layer.Tiles is { UsesAny: true }))),
        ];

        public int Count => _packed.Length;

        public void Execute(int item)
        {
            foreach (LayerBuffers layer in pass._layers)
            {
                OfLayer(layer, pass.WholeSequence, item);
            }

            OfHeadAndEmbedding(item);
        }

        public void OfLayer(LayerBuffers layer, Timesteps window, int item)
        {
            Share(layer.RecurrentStorage.Panels, item, out int begin, out int end);
            layer.Kernels.WeightGradients(layer, window, begin, end, _packed[item]);
        }

        public void OfHeadAndEmbedding(int item)
        {
            if (pass.Head is LinearHead head)
            {
                // The other way round: where a few panels do not divide evenly, another thread gets the odd one.
                Share(head.Panels, Count - 1 - item, out int begin, out int end);
                head.WeightGradients(begin, end, _packed[item]);
            }

            if (item == Count - 1 && pass._embedded is not null)
            {
                pass.EmbeddingGradient();
            }
        }

        private void Share(int panels, int item, out int begin, out int end)
        {
            begin = (int)((long)panels * item / Count);
            end = (int)((long)panels * (item + 1) / Count);
        }
    }
}
