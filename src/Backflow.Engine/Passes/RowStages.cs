using System.Numerics.Tensors;
using Backflow.Engine.Kernels;

namespace Backflow.Engine;

/// <summary>What rows of the batch go through in one layer, for a part of the timesteps or for all.</summary>
internal sealed unsafe class RowStages
{
    private readonly RecurrentNetwork _network;
    private readonly LayerBuffers[] _layers;
    private readonly BothDirections?[] _both;

    public RowStages(RecurrentNetwork network, LayerBuffers[] layers, int[] tokens)
    {
        _network = network;
        _layers = layers;
        _both =
        [
            .. layers.Select((layer, i) => network.Options.HasReverse(i)
                ? new BothDirections(layer, layers[i + 1])
                : network.Options.Layers[i].IsReverse ? new BothDirections(layers[i - 1], layer) : null),
        ];
        Tokens = tokens;
    }

    public int[] Tokens { get; }

    /// <summary>Lets the backward pass compute ∂L/∂x of the network's input, or leave it out.</summary>
    public void AskForInput(bool isAsked)
    {
        // The other direction's is added to it, and an embedding's gradient is made of it.
        if (_both[0] is null && Tokens.Length == 0)
        {
            _layers[0].AskForInput(isAsked);
        }
    }

    public ReadOnlySpan<LayerBuffers> Layers => _layers;

    public int SequenceLength => _layers[0].Shape.SequenceLength;

    public int BatchSize => _layers[0].Shape.BatchSize;

    /// <summary>The top layer, where it reads both ways.</summary>
    public BothDirections? Top => _both[^1];

    public Timesteps WholeSequence => new(0, SequenceLength);

    /// <summary>Draws the masks of a training step; without a key nothing is dropped.</summary>
    public void SetDropout(ulong? key)
    {
        double probability = _network.Options.Dropout;
        for (int i = 1; i < _layers.Length; i++)
        {
            // A reverse layer reads what its forward layer reads, the mask included.
            _layers[i].InputDropout = key is ulong bits && probability > 0 && !IsReverse(i)
                ? new DropoutMask(SplittableRandom.Hash(bits, (ulong)i), probability)
                : null;
        }
    }

    /// <summary>Fills gates and states of a layer; the first segment also fills the layer's own input.</summary>
    public void Forward(int index, Timesteps segment, int rowBegin, int rowEnd)
    {
        LayerBuffers layer = _layers[index];
        if (segment.Begin == 0)
        {
            FillInput(index, rowBegin, rowEnd);
        }

        layer.Kernels.Forward(layer, segment, rowBegin, rowEnd);
    }

    /// <summary>
    /// Makes a layer's local gradients total; the last segment comes first, the first hands ∂L/∂x on.
    /// </summary>
    public void Backward(int index, Timesteps segment, bool recomputes, int rowBegin, int rowEnd)
    {
        LayerBuffers layer = _layers[index];
        if (segment.End == SequenceLength)
        {
            BeginFinalState(layer, rowBegin, rowEnd);
        }

        if (recomputes)
        {
            layer.Kernels.Recompute(layer, segment, rowBegin, rowEnd);
        }

        layer.Kernels.Backward(layer, segment, rowBegin, rowEnd);
        if (segment.Begin == 0 && !IsReverse(index))
        {
            HandDown(index, rowBegin, rowEnd);
        }
    }

    /// <summary>What a layer above that copied its input asks of a layer, after the backward pass.</summary>
    /// <param name="index">The layer.</param>
    /// <param name="next">The layer above, which keeps ∂L/∂x: of two directions the forward one.</param>
    /// <param name="t">The timestep in its reading order.</param>
    /// <param name="gradient">[B, H], overwritten.</param>
    public void LocalGradientFromAbove(int index, int next, int t, Span<float> gradient)
    {
        LayerBuffers above = _layers[next];
        if (_both[index] is BothDirections both)
        {
            both.ReadPart(above.DX, above.Shape.InputStride, mirrors: true, _layers[index], t, gradient);
            return;
        }

        int stride = above.Shape.InputStride;
        for (int i = 0; i < gradient.Length; i++)
        {
            (int row, int unit) = Math.DivRem(i, above.Shape.InputSize);
            nint place = ((((nint)t * BatchSize) + row) * stride) + unit;
            gradient[i] = above.DX[place] * (above.InputDropout is DropoutMask mask ? mask[place] : 1);
        }
    }

    private bool IsReverse(int index) => _network.Options.Layers[index].IsReverse;

    private void FillInput(int index, int rowBegin, int rowEnd)
    {
        LayerBuffers layer = _layers[index];
        if (IsReverse(index))
        {
            BothDirections.CopyInput(_layers[index - 1], layer, rowBegin, rowEnd);
        }
        else if (index == 0)
        {
            Embed(rowBegin, rowEnd);
        }
        else if (_both[index - 1] is BothDirections both)
        {
            both.Join(layer.X, layer.Shape.InputStride, mirrors: true, rowBegin, rowEnd);
            MultiplyByMask(layer, layer.X, layer.X, rowBegin, rowEnd);
        }
        else if (layer.OwnDInput is not null)
        {
            LayerBuffers below = _layers[index - 1];
            float* h = below.Hidden.Pointer + (BatchSize * below.Shape.HiddenStride);
            MultiplyByMask(layer, h, layer.X, rowBegin, rowEnd);
        }
    }

    // ∂L/∂x, of both directions where there are two, becomes the local gradient of the layer below.
    private void HandDown(int index, int rowBegin, int rowEnd)
    {
        LayerBuffers layer = _layers[index];
        if (_both[index] is not null)
        {
            BothDirections.AddInputGradient(_layers[index + 1], layer, rowBegin, rowEnd);
        }

        if (index > 0 && _both[index - 1] is BothDirections both)
        {
            MultiplyByMask(layer, layer.DX, layer.DX, rowBegin, rowEnd);
            both.Part(layer.DX, layer.Shape.InputStride, mirrors: true, rowBegin, rowEnd);
        }
        else if (index > 0 && layer.OwnDInput is not null)
        {
            LayerBuffers below = _layers[index - 1];
            float* dh = below.DHidden.Pointer + (BatchSize * below.Shape.HiddenStride);
            MultiplyByMask(layer, layer.DX, dh, rowBegin, rowEnd);
        }
    }

    /// <summary>∂L/∂E: the rows of ∂L/∂x, each added to its symbol's.</summary>
    public void EmbeddingGradient()
    {
        int stride = _layers[0].Shape.InputStride;
        Span<float> gradient = _network.Gradients.Span[_network.Embedding!.Range];
        gradient.Clear();
        ReadOnlySpan<float> dx = _layers[0].OwnDInput!.Span;
        for (int row = 0; row < Tokens.Length; row++)
        {
            Span<float> target = gradient.Slice(Tokens[row] * stride, stride);
            TensorPrimitives.Add(target, dx.Slice(row * stride, stride), target);
        }
    }

    private void Embed(int rowBegin, int rowEnd)
    {
        if (_network.Embedding is not Parameter embedding)
        {
            return;
        }

        LayerBuffers layer = _layers[0];
        int stride = layer.Shape.InputStride;
        ReadOnlySpan<float> table = _network.Parameters.Span[embedding.Range];
        for (int t = 0; t < SequenceLength; t++)
        {
            for (int b = rowBegin; b < rowEnd; b++)
            {
                int row = (t * BatchSize) + b;
                table.Slice(Tokens[row] * stride, stride).CopyTo(layer.OwnInput.Slice(row * stride, stride));
            }
        }
    }

    // Slot 0 of ∂L/∂h and slot T of ∂L/∂c have no writer in the backward pass: they start here.
    private void BeginFinalState(LayerBuffers layer, int rowBegin, int rowEnd)
    {
        int last = SequenceLength - 1;
        int begin = rowBegin * layer.Shape.HiddenStride;
        int length = (rowEnd - rowBegin) * layer.Shape.HiddenStride;
        layer.StateAt(layer.DHidden, LayerPass.Initial).Slice(begin, length).Clear();
        if (layer.FinalHiddenGradient is float[] hidden)
        {
            Span<float> local = layer.StateAt(layer.DHidden, last).Slice(begin, length);
            TensorPrimitives.Add(local, hidden.AsSpan(begin, length), local);
        }

        if (layer.Kernels.HasCellState)
        {
            Span<float> local = layer.StateAt(layer.DCell, last).Slice(begin, length);
            if (layer.FinalCellGradient is float[] cell)
            {
                cell.AsSpan(begin, length).CopyTo(local);
            }
            else
            {
                local.Clear();
            }
        }
    }

    private void MultiplyByMask(LayerBuffers layer, float* source, float* destination, int rowBegin, int rowEnd)
    {
        int stride = layer.Shape.InputStride;
        bool drops = layer.InputDropout is not null;
        DropoutMask mask = layer.InputDropout ?? default;
        for (int t = 0; t < SequenceLength; t++)
        {
            nint begin = (((nint)t * BatchSize) + rowBegin) * stride;
            nint end = (((nint)t * BatchSize) + rowEnd) * stride;
            for (nint i = begin; i < end; i++)
            {
                destination[i] = drops ? source[i] * mask[i] : source[i];
            }
        }
    }
}
