using System.Collections.Immutable;

namespace Backflow.Engine;

/// <summary>
/// One batch of sequences through a network, forward and backward, with every state and gradient kept.
/// </summary>
/// <remarks>
/// The order of use: set the input (<see cref="Tokens"/> or <see cref="SetInput"/>), the initial state, the targets;
/// <see cref="Forward"/>; <see cref="Backward"/>. Nothing of this allocates. <see cref="Layers"/> shows states, gates
/// and gradients of every timestep. All public shapes are time-major and without padding.
/// </remarks>
public sealed class NetworkPass
{
    private readonly RowStages _stages;
    private readonly PassOrder _order;
    private KeptGates? _kept;

    /// <summary>Allocates everything that batches of one shape need.</summary>
    /// <param name="network">The network; its gradients are overwritten by <see cref="Backward"/>.</param>
    /// <param name="sequenceLength">Timesteps, T.</param>
    /// <param name="batchSize">Sequences, B.</param>
    /// <param name="pool">The threads that share the work; their number does not change a bit of any result.</param>
    /// <param name="recompute">
    /// Whether to keep the states of all timesteps but the gates of a third of them, and compute the others again on
    /// the way back, segment by segment: less memory for long sequences, some more time, the same bits.
    /// </param>
    public NetworkPass(
        RecurrentNetwork network, int sequenceLength, int batchSize, WorkerPool pool, bool recompute = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sequenceLength);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        Network = network;
        SequenceLength = sequenceLength;
        BatchSize = batchSize;
        Segments segments = new(sequenceLength, batchSize, recompute);
        LayerBuffers[] layers = CreateLayers(network, sequenceLength, batchSize, segments.GateTimesteps);
        int[] tokens = new int[network.Options.VocabularySize > 0 ? sequenceLength * batchSize : 0];
        _stages = new RowStages(network, layers, tokens);
        Layers = [.. layers.Select((buffers, index) => new LayerPass(this, index, buffers))];
        Head = network.Options.OutputSize > 0
            ? new LinearHead(network, new HeadStates(layers[^1], _stages.Top, network.Options.HeadPosition))
            : null;
        Recomputes = segments.AreSeveral;
        WeightGradients weightGradients = new(_stages, Head, pool.Threads);
        _order = Recomputes
            ? new RecomputedPass(_stages, Head, weightGradients, segments, pool)
            : new WholePass(_stages, Head, weightGradients, pool);
    }

    /// <summary>The network.</summary>
    public RecurrentNetwork Network { get; }

    /// <summary>Timesteps, T.</summary>
    public int SequenceLength { get; }

    /// <summary>Sequences, B.</summary>
    public int BatchSize { get; }

    /// <summary>
    /// The recurrent layers, the one next to the input first: states, gates and gradients by timestep.
    /// </summary>
    public ImmutableArray<LayerPass> Layers { get; }

    /// <summary>The linear head with its targets and loss, or null where the network has none.</summary>
    public LinearHead? Head { get; }

    /// <summary>Whether gates of the first timesteps are not kept, but computed again on the way back.</summary>
    /// <remarks>Gates and ∂L/∂(pre-activation) cannot be read then; states and total gradients can.</remarks>
    public bool Recomputes { get; }

    /// <summary>The symbols read, [T, B], each in [0, V). Empty for a network that reads vectors.</summary>
    public Span<int> Tokens => _stages.Tokens;

    /// <summary>Sets what a network without embedding reads.</summary>
    /// <param name="input">x, [T, B, I].</param>
    public void SetInput(ReadOnlySpan<float> input)
    {
        LayerBuffers first = Layers[0].Buffers;
        ShapeGuard.HasShape(
            input.Length, SequenceLength, BatchSize, first.Shape.InputSize, nameof(input), "[T, B, I]");
        PaddedRows.Import(input, first.Shape.InputSize, first.OwnInput, first.Shape.InputStride);
    }

    /// <summary>The timesteps of a sequence.</summary>
    /// <param name="sequence">The sequence, in [0, B).</param>
    /// <returns>What <see cref="SetLengths"/> said of it; T without.</returns>
    public int LengthOf(int sequence)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sequence);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(sequence, BatchSize);
        return Layers[0].Buffers.Ends?[sequence] ?? SequenceLength;
    }

    /// <summary>Lets sequences end before the last timestep, in this and every later batch.</summary>
    /// <param name="lengths">
    /// The timesteps of each sequence, [B], each in 1 … T; empty where all have T. From its end on a sequence holds its
    /// state, and no gradient arises: what is read there changes no bit of any gradient.
    /// </param>
    /// <remarks>
    /// The final state is the one that was held: <see cref="LayerPass.SetFinalStateGradient"/> and a head on the last
    /// timestep mean each sequence's own last state. ∂L/∂hₜ of a held timestep is 0. A loss
    /// of a held timestep's output is a loss of the state that it holds.
    /// </remarks>
    /// <exception cref="ArgumentException">There are not B lengths, or one is outside 1 … T.</exception>
    public void SetLengths(ReadOnlySpan<int> lengths)
    {
        SequenceEnds? ends = null;
        if (!lengths.IsEmpty)
        {
            ShapeGuard.HasShape(lengths.Length, 1, BatchSize, 1, nameof(lengths), "[B]");
            for (int row = 0; row < BatchSize; row++)
            {
                if (lengths[row] < 1 || lengths[row] > SequenceLength)
                {
                    throw new ArgumentException(
                        $"Sequence {row} has {lengths[row]} timesteps; a length is 1 to {SequenceLength}.",
                        nameof(lengths));
                }
            }

            ends = new SequenceEnds(lengths, Layers.Max(static layer => layer.Buffers.Shape.HiddenStride));
        }

        foreach (LayerPass layer in Layers)
        {
            layer.Buffers.Ends = ends;
        }
    }

    /// <summary>Sets the initial states of all layers to zeros.</summary>
    public void ResetState()
    {
        foreach (LayerPass layer in Layers)
        {
            layer.ResetState();
        }
    }

    /// <summary>Starts the next batch where this one ended: truncated backpropagation through time.</summary>
    /// <remarks>
    /// Values are carried, gradients are not: they end at the window's edge. A reverse layer begins anew, with zeros:
    /// what it would begin with lies beyond the next window.
    /// </remarks>
    public void CarryState()
    {
        foreach (LayerPass layer in Layers)
        {
            if (layer.Options.IsReverse)
            {
                layer.ResetState();
            }
            else
            {
                layer.CarryState();
            }
        }
    }

    /// <summary>The forward pass of the whole batch, the loss included where the head has targets.</summary>
    /// <param name="dropoutKey">Random bits of this training step for dropout; null switches dropout off.</param>
    public void Forward(ulong? dropoutKey = null)
    {
        _stages.SetDropout(dropoutKey);
        foreach (LayerBuffers layer in _stages.Layers)
        {
            layer.Kernels.PrepareForward(layer);
        }

        Head?.PrepareForward();
        _order.Forward();
        Head?.SumLoss();
    }

    /// <summary>Sets ∂L/∂y of the top hidden states where the network has no head.</summary>
    /// <param name="gradient">
    /// ∂L/∂y, [T, B, H], the local gradient of the top layer; of two directions side by side,
    /// <see cref="NetworkOptions.TopSize"/> features place by place of the sequence. Empty for zeros.
    /// </param>
    /// <remarks>To be set before every backward pass, which puts the total gradient in its place.</remarks>
    public unsafe void SetOutputGradient(ReadOnlySpan<float> gradient)
    {
        LayerBuffers top = Layers[^1].Buffers;
        LayerShape shape = top.Shape;
        if (gradient.IsEmpty)
        {
            foreach (LayerBuffers layer in _stages.Layers[^(_stages.Top is null ? 1 : 2)..])
            {
                layer.DHidden.Span[(BatchSize * shape.HiddenStride)..].Clear();
            }

            return;
        }

        if (_stages.Top is BothDirections both)
        {
            ShapeGuard.HasShape(gradient.Length, SequenceLength, BatchSize, both.Size, nameof(gradient), "[T, B, 2H]");
            fixed (float* rows = gradient)
            {
                both.Part(rows, both.Size, mirrors: true, 0, BatchSize);
            }

            return;
        }

        ShapeGuard.HasShape(
            gradient.Length, SequenceLength, BatchSize, shape.HiddenSize, nameof(gradient), "[T, B, H]");
        PaddedRows.Import(
            gradient, shape.HiddenSize, top.DHidden.Span[(BatchSize * shape.HiddenStride)..], shape.HiddenStride);
    }

    /// <summary>
    /// The backward pass: every total gradient, ∂L/∂x, ∂L/∂(initial state) and
    /// <see cref="RecurrentNetwork.Gradients"/>.
    /// </summary>
    public void Backward() => GoBack(asksForInput: true);

    /// <summary>
    /// The backward pass without ∂L/∂x, which stays as it was: a tenth to a quarter less work. A network with an
    /// embedding computes it nevertheless.
    /// </summary>
    public void BackwardWithoutInput() => GoBack(asksForInput: false);

    /// <summary>
    /// Keeps what <see cref="Backward"/> overwrites, so that <see cref="BackwardStates"/> can follow it. To be called
    /// between the forward and the backward pass; takes as much memory again as the gates.
    /// </summary>
    /// <exception cref="InvalidOperationException">The pass recomputes its gates.</exception>
    public void KeepGates()
    {
        if (Recomputes)
        {
            throw new InvalidOperationException(
                "Gates were not kept: this pass computes most of them again. Build it with recompute: false.");
        }

        _kept ??= new KeptGates(_stages.Layers);
        _kept.Keep();
    }

    /// <summary>
    /// Goes back once more through the same forward pass, from other gradients of outputs and final states: total
    /// gradients of all states, as <see cref="Backward"/> would give them. Parameter gradients stay as they are, and
    /// ∂L/∂x too, which makes it a third to a sixth of a whole pass.
    /// </summary>
    /// <exception cref="InvalidOperationException"><see cref="KeepGates"/> was not called since the forward pass.
    /// </exception>
    public void BackwardStates()
    {
        if (_kept?.IsThere != true)
        {
            throw new InvalidOperationException("KeepGates was not called before the backward pass.");
        }

        _kept.PutBack();
        foreach (LayerBuffers layer in _stages.Layers)
        {
            layer.Kernels.PrepareBackward(layer);
        }

        Head?.PrepareBackward();
        _stages.AskForInput(isAsked: false);
        _order.BackwardStates();
        _stages.AskForInput(isAsked: true);
    }

    /// <summary>Copies what the network without its head says: the top layer's states.</summary>
    /// <param name="states">
    /// [T, B, H], overwritten; of two directions side by side, <see cref="NetworkOptions.TopSize"/> features place by
    /// place of the sequence.
    /// </param>
    public unsafe void GetTopStates(Span<float> states)
    {
        LayerPass top = Layers[^1];
        int size = Network.Options.TopSize;
        ShapeGuard.HasShape(states.Length, SequenceLength, BatchSize, size, nameof(states), "[T, B, H]");
        if (_stages.Top is BothDirections both)
        {
            fixed (float* rows = states)
            {
                both.Join(rows, size, mirrors: true, 0, BatchSize);
            }

            return;
        }

        for (int t = 0; t < SequenceLength; t++)
        {
            top.Hidden(t).CopyTo(states.Slice(t * BatchSize * size, BatchSize * size));
        }
    }

    internal RowStages Stages => _stages;

    /// <summary>Reads ∂L/∂x.</summary>
    /// <param name="gradient">[T, B, I], overwritten.</param>
    public void GetInputGradient(Span<float> gradient)
    {
        LayerBuffers first = Layers[0].Buffers;
        LayerShape shape = first.Shape;
        ShapeGuard.HasShape(
            gradient.Length, SequenceLength, BatchSize, shape.InputSize, nameof(gradient), "[T, B, I]");
        PaddedRows.Export(first.OwnDInput!.Span, shape.InputStride, shape.InputSize, gradient);
    }

    private void GoBack(bool asksForInput)
    {
        _stages.AskForInput(asksForInput);
        foreach (LayerBuffers layer in _stages.Layers)
        {
            layer.Kernels.PrepareBackward(layer);
        }

        Head?.PrepareBackward();
        _order.Backward();
        _stages.AskForInput(isAsked: true);
    }

    private static LayerBuffers[] CreateLayers(
        RecurrentNetwork network, int sequenceLength, int batchSize, int gateTimesteps)
    {
        NetworkOptions options = network.Options;
        bool dropsOut = options.Dropout > 0;
        LayerBuffers[] layers = new LayerBuffers[options.Layers.Length];
        for (int i = 0; i < layers.Length; i++)
        {
            LayerOptions layer = options.Layers[i];
            LayerShape shape = new(sequenceLength, batchSize, options.InputSizeOf(i), layer.HiddenSize);

            // One reader of one layer reads its states in place; what is dropped, reversed or joined is copied.
            bool readsInPlace = i > 0 && !dropsOut && !layer.IsReverse && !options.HasReverse(i)
                && !options.Layers[i - 1].IsReverse;
            layers[i] = new LayerBuffers(
                shape, network.Kernels.For(layer.Cell), ownsInput: !readsInPlace, gateTimesteps);
            layers[i].BindParameters(network.Layers[i], network.Parameters, network.Gradients);
            if (readsInPlace)
            {
                layers[i].ReadFrom(layers[i - 1]);
            }
        }

        return layers;
    }
}
