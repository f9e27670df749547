using Backflow.Engine;

namespace Backflow.Training.Transcription;

/// <summary>One batch of sequences of one length: read, written again, and the way back.</summary>
/// <remarks>
/// The decoder reads, timestep by timestep, a start symbol and then what should have been written before (teacher
/// forcing), or in <see cref="Write"/> what it wrote itself. The loss is the mean cross-entropy over all symbols.
/// </remarks>
public sealed class TranscriptionPass
{
    private readonly AttentionPass? _attention;
    private readonly float[] _hidden;
    private readonly float[] _cell;
    private readonly float[] _nothing;
    private readonly float[] _outputs;

    /// <summary>Allocates what batches of one shape need.</summary>
    /// <param name="model">The parameters; its gradients are overwritten by <see cref="Backward"/>.</param>
    /// <param name="length">Symbols of each sequence, T: read in T timesteps, written in T more.</param>
    /// <param name="batchSize">Sequences, B.</param>
    /// <param name="pool">The threads that share the work.</param>
    public TranscriptionPass(Transcriber model, int length, int batchSize, WorkerPool pool)
    {
        Model = model;
        Encoder = new NetworkPass(model.Encoder, length, batchSize, pool);
        Decoder = new NetworkPass(model.Decoder, length, batchSize, pool);
        _attention = model.Attention is AttentionHead head ? new AttentionPass(head, Encoder, Decoder) : null;
        int units = model.Options.HiddenSize;
        _hidden = new float[batchSize * units];
        _cell = new float[model.Options.Cell.HasCellState ? batchSize * units : 0];
        _nothing = new float[length * batchSize * units];
        _outputs = new float[batchSize * model.Options.Symbols];
    }

    /// <summary>The parameters.</summary>
    public Transcriber Model { get; }

    /// <summary>The pass of the network that reads.</summary>
    public NetworkPass Encoder { get; }

    /// <summary>The pass of the network that writes.</summary>
    public NetworkPass Decoder { get; }

    /// <summary>Symbols of each sequence, T.</summary>
    public int Length => Encoder.SequenceLength;

    /// <summary>Sequences, B.</summary>
    public int BatchSize => Encoder.BatchSize;

    /// <summary>What is read, [T, B], each in [0, V).</summary>
    public Span<int> Symbols => Encoder.Tokens;

    /// <summary>What should be written, [T, B]: −1 where it does not count.</summary>
    public Span<int> Targets => _attention is null ? Decoder.Head!.Targets : _attention.Targets;

    /// <summary>Mean cross-entropy over the targets that count, in nats.</summary>
    public double Loss => _attention is null ? Decoder.Head!.Loss : _attention.Loss;

    /// <summary>The attention's weights of one written symbol.</summary>
    /// <param name="output">Which symbol, in [0, T).</param>
    /// <param name="sequence">The sequence, in [0, B).</param>
    /// <returns>α, [T]; empty without attention.</returns>
    public ReadOnlySpan<float> Weights(int output, int sequence) =>
        _attention is null ? [] : _attention.Weights(output, sequence);

    /// <summary>Sets targets and what the decoder reads, so that what was read is to be written in its order.</summary>
    public void AskForCopy()
    {
        Symbols.CopyTo(Targets);
        Decoder.Tokens[..BatchSize].Fill(Model.Options.Symbols);
        Symbols[..^BatchSize].CopyTo(Decoder.Tokens[BatchSize..]);
    }

    /// <summary>Reads, hands the last state over, and writes.</summary>
    public void Forward()
    {
        Read();
        DecodeAndScore();
    }

    /// <summary>Every gradient, from the loss of what was written to what was read.</summary>
    public void Backward()
    {
        Encoder.SetOutputGradient(_nothing);
        _attention?.Backward();
        Decoder.Backward();
        LayerPass first = Decoder.Layers[0];
        first.HiddenGradient(LayerPass.Initial).CopyTo(_hidden);
        if (first.HasCellState)
        {
            first.CellGradient(LayerPass.Initial).CopyTo(_cell);
        }

        Encoder.Layers[0].SetFinalStateGradient(_hidden, _cell);
        Encoder.Backward();
    }

    /// <summary>Writes as in use: each symbol is the likeliest one after what was written before.</summary>
    /// <param name="written">[T, B], overwritten.</param>
    public void Write(Span<int> written)
    {
        Targets.Fill(-1);
        Read();
        Decoder.Tokens.Fill(Model.Options.Symbols);
        for (int output = 0; output < Length; output++)
        {
            // A decoder never looks ahead: what is computed of later timesteps is not used.
            DecodeAndScore();
            Span<int> symbols = written.Slice(output * BatchSize, BatchSize);
            ReadLikeliest(output, symbols);
            if (output + 1 < Length)
            {
                symbols.CopyTo(Decoder.Tokens[((output + 1) * BatchSize)..]);
            }
        }
    }

    private void Read()
    {
        Encoder.ResetState();
        Encoder.Forward();
        LayerPass last = Encoder.Layers[0];
        last.Hidden(Length - 1).CopyTo(_hidden);
        if (last.HasCellState)
        {
            last.Cell(Length - 1).CopyTo(_cell);
        }
    }

    private void DecodeAndScore()
    {
        Decoder.Layers[0].SetInitialState(_hidden, _cell);
        Decoder.Forward();
        _attention?.Forward();
    }

    private void ReadLikeliest(int output, Span<int> symbols)
    {
        if (_attention is null)
        {
            Decoder.Head!.GetOutputs(output, _outputs);
        }
        else
        {
            _attention.GetOutputs(output, _outputs);
        }

        int classes = Model.Options.Symbols;
        for (int sequence = 0; sequence < BatchSize; sequence++)
        {
            symbols[sequence] = System.Numerics.Tensors.TensorPrimitives.IndexOfMax(
                _outputs.AsSpan(sequence * classes, classes));
        }
    }
}
