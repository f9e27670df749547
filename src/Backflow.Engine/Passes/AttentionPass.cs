using Backflow.Engine.Kernels;

namespace Backflow.Engine;

/// <summary>
/// Attention of one batch: every state of a decoder looks at every state of an encoder, and the head answers.
/// </summary>
/// <remarks>
/// The order of use: forward passes of encoder and decoder; targets; <see cref="Forward"/>; <see cref="Backward"/>,
/// which sets the local gradients of both; then the backward pass of the decoder, and last that of the encoder.
/// Nothing of this allocates. All work is done by the calling thread; sequences never read each other.
/// </remarks>
public sealed unsafe class AttentionPass
{
    /// <summary>The target of an output that does not count.</summary>
    private const int Ignored = -1;

    private readonly LayerBuffers _encoder;
    private readonly LayerBuffers _decoder;
    private readonly int[] _targets;
    private readonly int[] _lengths;
    private readonly int _weightStride;
    private readonly int _inputStride;
    private readonly int _outputStride;
    private readonly AlignedBuffer _transposedKeys;
    private readonly AlignedBuffer _weights;
    private readonly AlignedBuffer _dScores;
    private readonly AlignedBuffer _direct;
    private readonly AlignedBuffer _input;
    private readonly AlignedBuffer _dInput;
    private readonly AlignedBuffer _combined;
    private readonly AlignedBuffer _dCombined;
    private readonly AlignedBuffer _outputs;
    private readonly AlignedBuffer _transposedCombine;
    private readonly AlignedBuffer _transposedHead;
    private readonly PackedRows _packed;

    /// <summary>Allocates everything that batches of one shape need.</summary>
    /// <param name="head">The parameters; its gradients are overwritten by <see cref="Backward"/>.</param>
    /// <param name="encoder">The pass whose top layer's states are looked at; without a head of its own.</param>
    /// <param name="decoder">The pass whose top layer's states look; without a head of its own.</param>
    /// <exception cref="ArgumentException">Batch sizes or hidden sizes differ, or a pass has a head.</exception>
    public AttentionPass(AttentionHead head, NetworkPass encoder, NetworkPass decoder)
    {
        RequireStates(head, encoder, nameof(encoder));
        RequireStates(head, decoder, nameof(decoder));
        ShapeGuard.HasLength(decoder.BatchSize, encoder.BatchSize, nameof(decoder), "the batch size of the encoder");
        Head = head;
        _encoder = encoder.Layers[^1].Buffers;
        _decoder = decoder.Layers[^1].Buffers;
        int hidden = PanelLayout.Pad(head.HiddenSize);
        int rows = DecoderLength * BatchSize;
        _weightStride = PanelLayout.Pad(EncoderLength);
        _inputStride = PanelLayout.Pad(2 * head.HiddenSize);
        _outputStride = PanelLayout.Pad(head.OutputSize);
        _targets = new int[rows];
        _targets.AsSpan().Fill(Ignored);
        _lengths = new int[BatchSize];
        _lengths.AsSpan().Fill(EncoderLength);
        _transposedKeys = new AlignedBuffer(BatchSize * head.HiddenSize * _weightStride);
        _weights = new AlignedBuffer(rows * _weightStride);
        _dScores = new AlignedBuffer(rows * _weightStride);
        _direct = new AlignedBuffer(EncoderLength * BatchSize * hidden);
        _input = new AlignedBuffer(rows * _inputStride);
        _dInput = new AlignedBuffer(rows * _inputStride);
        _combined = new AlignedBuffer(rows * hidden);
        _dCombined = new AlignedBuffer(rows * hidden);
        _outputs = new AlignedBuffer(rows * _outputStride);
        _transposedCombine = new AlignedBuffer(hidden * _inputStride);
        _transposedHead = new AlignedBuffer(_outputStride * hidden);
        _packed = new PackedRows(_inputStride, usesTiles: false);
    }

    /// <summary>The parameters.</summary>
    public AttentionHead Head { get; }

    /// <summary>Timesteps of the encoder, T.</summary>
    public int EncoderLength => _encoder.Shape.SequenceLength;

    /// <summary>Timesteps of the decoder, U.</summary>
    public int DecoderLength => _decoder.Shape.SequenceLength;

    /// <summary>Sequences, B.</summary>
    public int BatchSize => _encoder.Shape.BatchSize;

    /// <summary>The wanted classes, [U, B], each in [0, O) or −1 where the output does not count.</summary>
    public Span<int> Targets => _targets;

    /// <summary>Timesteps of the encoder that each sequence may look at, [B]: the first ones, 1 to T.</summary>
    public Span<int> Lengths => _lengths;

    /// <summary>Mean cross-entropy over the targets that count, in nats; 0 where none counts.</summary>
    public double Loss { get; private set; }

    /// <summary>Targets that took part in <see cref="Loss"/>.</summary>
    public int CountedTargets { get; private set; }

    private int HiddenStride => _encoder.Shape.HiddenStride;

    /// <summary>The weights of one decoder timestep: a row of the alignment map.</summary>
    /// <param name="timestep">The decoder's timestep, in [0, U).</param>
    /// <param name="sequence">The sequence, in [0, B).</param>
    /// <returns>α, [T]: not below 0, with sum 1; 0 beyond the sequence's length.</returns>
    public ReadOnlySpan<float> Weights(int timestep, int sequence)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)timestep, (uint)DecoderLength, nameof(timestep));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)sequence, (uint)BatchSize, nameof(sequence));
        return _weights.Span.Slice(((sequence * DecoderLength) + timestep) * _weightStride, EncoderLength);
    }

    /// <summary>
    /// Reads the outputs of one timestep; after a forward pass with targets they hold ∂L/∂y instead.
    /// </summary>
    /// <param name="timestep">The decoder's timestep, in [0, U).</param>
    /// <param name="values">[B, O], overwritten.</param>
    public void GetOutputs(int timestep, Span<float> values)
    {
        ShapeGuard.HasShape(values.Length, 1, BatchSize, Head.OutputSize, nameof(values), "[1, B, O]");
        Span<float> rows = _outputs.Span.Slice(timestep * BatchSize * _outputStride, BatchSize * _outputStride);
        PaddedRows.Export(rows, _outputStride, Head.OutputSize, values);
    }

    /// <summary>What the loss asks of an encoder's state through the attention alone, in one hop.</summary>
    /// <param name="t">The encoder's timestep, in [0, T).</param>
    /// <returns>The local gradient ∂L/∂hₜ, [B, H], after <see cref="Backward"/>.</returns>
    public BatchRows DirectGradient(int t)
    {
        int length = BatchSize * HiddenStride;
        return new BatchRows(
            _direct.Span.Slice(t * length, length), HiddenStride, Head.HiddenSize, isPaddedWithZeros: true);
    }

    /// <summary>Scores, weights, contexts and outputs, and the loss where there are targets.</summary>
    public void Forward()
    {
        CountTargets();
        for (int sequence = 0; sequence < BatchSize; sequence++)
        {
            if (_lengths[sequence] < 1 || _lengths[sequence] > EncoderLength)
            {
                throw new InvalidOperationException(
                    $"Lengths[{sequence}] is {_lengths[sequence]}; expected 1 to {EncoderLength}.");
            }

            Head.Kernels.Attention.Forward(ArgumentsOf(sequence));
        }

        int rows = DecoderLength * BatchSize;
        JoinStates(rows);

        // h̃ = tanh(b + W·[c; s]) and y = b + W·h̃
        Linear(_input, _inputStride, Head.CombineWeights, Head.CombineBias, _combined, HiddenStride);
        Head.Kernels.Attention.Tanh(_combined.Pointer, rows * HiddenStride);
        Linear(_combined, HiddenStride, Head.HeadWeights, Head.HeadBias, _outputs, _outputStride);
        double sum = 0;
        for (int row = 0; row < rows && CountedTargets > 0; row++)
        {
            sum += LossOf(row);
        }

        Loss = CountedTargets > 0 ? sum / CountedTargets : 0;
    }

    /// <summary>
    /// The gradients of the head, and the local gradients of the top layers of decoder and encoder.
    /// </summary>
    /// <exception cref="InvalidOperationException">No target counted in the forward pass.</exception>
    public void Backward()
    {
        if (CountedTargets == 0)
        {
            throw new InvalidOperationException("Backward needs a forward pass with at least one target that counts.");
        }

        Head.Gradients.Clear();
        LinearBackward(
            _combined, HiddenStride, Head.HeadWeights, Head.HeadBias, _outputs, _outputStride, _transposedHead,
            _dCombined);
        Head.Kernels.Attention.TanhBackward(
            _combined.Pointer, _dCombined.Pointer, DecoderLength * BatchSize * HiddenStride);
        LinearBackward(
            _input, _inputStride, Head.CombineWeights, Head.CombineBias, _dCombined, HiddenStride, _transposedCombine,
            _dInput);
        PartGradients();
        _direct.Clear();
        for (int sequence = 0; sequence < BatchSize; sequence++)
        {
            Head.Kernels.Attention.Backward(ArgumentsOf(sequence));
        }

        _direct.Span.CopyTo(_encoder.DHidden.Span[(BatchSize * HiddenStride)..]);
    }

    private static void RequireStates(AttentionHead head, NetworkPass pass, string name)
    {
        if (pass.Head is not null)
        {
            throw new ArgumentException($"The {name} has a head; attention reads its states instead.", name);
        }

        if (pass.Network.Options.Layers[^1].IsReverse)
        {
            throw new ArgumentException($"The {name} ends with two directions; attention reads one.", name);
        }

        ShapeGuard.HasLength(pass.Layers[^1].HiddenSize, head.HiddenSize, name, "the hidden size of the head");
    }

    private void CountTargets()
    {
        CountedTargets = 0;
        for (int i = 0; i < _targets.Length; i++)
        {
            if (_targets[i] < Ignored || _targets[i] >= Head.OutputSize)
            {
                throw new InvalidOperationException(
                    $"Targets[{i}] is {_targets[i]}; expected a class in [0, {Head.OutputSize}), or −1 for none.");
            }

            CountedTargets += _targets[i] == Ignored ? 0 : 1;
        }
    }

    private AttentionArguments ArgumentsOf(int sequence)
    {
        nint state = ((nint)BatchSize + sequence) * HiddenStride;
        nint weights = (nint)sequence * DecoderLength * _weightStride;
        return new AttentionArguments
        {
            Units = Head.HiddenSize,
            Queries = DecoderLength,
            Keys = _lengths[sequence],
            WeightStride = _weightStride,
            Query = _decoder.Hidden.Pointer + state,
            Key = _encoder.Hidden.Pointer + state,
            QueryStride = (nint)BatchSize * HiddenStride,
            KeyStride = (nint)BatchSize * HiddenStride,
            TransposedKeys = _transposedKeys.Pointer + ((nint)sequence * Head.HiddenSize * _weightStride),
            Weights = _weights.Pointer + weights,
            DScores = _dScores.Pointer + weights,
            Context = _input.Pointer + ((nint)sequence * _inputStride),
            ContextStride = (nint)BatchSize * _inputStride,
            DContext = _dInput.Pointer + ((nint)sequence * _inputStride),
            DContextStride = (nint)BatchSize * _inputStride,
            DQuery = _decoder.DHidden.Pointer + state,
            DKey = _direct.Pointer + ((nint)sequence * HiddenStride),
        };
    }

    // The context came with its padded units: the state takes their place.
    private void JoinStates(int rows)
    {
        int hidden = Head.HiddenSize;
        Span<float> states = _decoder.Hidden.Span[(BatchSize * HiddenStride)..];
        for (int row = 0; row < rows; row++)
        {
            states.Slice(row * HiddenStride, hidden).CopyTo(_input.Span.Slice((row * _inputStride) + hidden, hidden));
        }
    }

    // ∂L/∂[c; s]: what belongs to s becomes the decoder's local gradient, what belongs to c stays, padded with zeros.
    private void PartGradients()
    {
        int hidden = Head.HiddenSize;
        Span<float> local = _decoder.DHidden.Span[(BatchSize * HiddenStride)..];
        for (int row = 0; row < DecoderLength * BatchSize; row++)
        {
            Span<float> gradient = _dInput.Span.Slice(row * _inputStride, _inputStride);
            Span<float> target = local.Slice(row * HiddenStride, HiddenStride);
            gradient.Slice(hidden, hidden).CopyTo(target);
            target[hidden..].Clear();
            gradient[hidden..].Clear();
        }
    }

    private double LossOf(int row)
    {
        float* y = _outputs.Pointer + ((nint)row * _outputStride);
        if (_targets[row] == Ignored)
        {
            new Span<float>(y, _outputStride).Clear();
            return 0;
        }

        return Head.Kernels.Rows.SoftmaxCrossEntropy(
            y, Head.OutputSize, _outputStride, _targets[row], 1f / CountedTargets);
    }

    private void Linear(
        AlignedBuffer x, int xStride, Parameter weights, Parameter bias, AlignedBuffer y, int yStride) =>
        Head.Kernels.Rows.Linear(
            x.Pointer,
            xStride,
            DecoderLength * BatchSize,
            Head.Parameters.Pointer + weights.Offset,
            weights.Storage,
            Head.Parameters.Pointer + bias.Offset,
            y.Pointer,
            yStride);

    private void LinearBackward(
        AlignedBuffer x,
        int xStride,
        Parameter weights,
        Parameter bias,
        AlignedBuffer dy,
        int dyStride,
        AlignedBuffer transposed,
        AlignedBuffer dx)
    {
        int rows = DecoderLength * BatchSize;
        RowKernels kernels = Head.Kernels.Rows;
        kernels.PackTransposed(Head.Parameters.Pointer + weights.Offset, weights.Storage, transposed.Pointer);
        kernels.LinearWeightGradients(
            x.Pointer,
            xStride,
            dy.Pointer,
            dyStride,
            rows,
            weights.Storage,
            0,
            weights.Storage.Panels,
            Head.Gradients.Pointer + weights.Offset,
            Head.Gradients.Pointer + bias.Offset,
            _packed);
        kernels.LinearBackward(dy.Pointer, dyStride, rows, transposed.Pointer, dx.Pointer, xStride);
    }
}
