namespace Backflow.Engine;

/// <summary>
/// What a head reads: the top layer's states where they lie, or those of both its directions side by side.
/// </summary>
/// <remarks>
/// A head on the last timestep of two directions reads what each read last: the forward layer's state at T − 1 and the
/// reverse layer's at the sequence's first place, which is how Keras and PyTorch's h_n have it.
/// </remarks>
internal sealed unsafe class HeadStates
{
    private readonly LayerBuffers _top;
    private readonly AlignedBuffer? _joined;
    private readonly AlignedBuffer? _gradient;
    private readonly bool _mirrors;

    public HeadStates(LayerBuffers top, BothDirections? both, HeadPosition position)
    {
        _top = top;
        Both = both;
        _mirrors = position == HeadPosition.EveryTimestep;
        LayerShape shape = top.Shape;
        if (both is null)
        {
            Stride = shape.HiddenStride;
            int initial = shape.BatchSize * Stride;
            States = top.Hidden.Pointer + initial;
            Gradients = top.DHidden.Pointer + initial;
            return;
        }

        Stride = PanelLayout.Pad(both.Size);
        _joined = new AlignedBuffer(shape.SequenceLength * shape.BatchSize * Stride);
        _gradient = new AlignedBuffer(shape.SequenceLength * shape.BatchSize * Stride);
        States = _joined.Pointer;
        Gradients = _gradient.Pointer;
    }

    public int SequenceLength => _top.Shape.SequenceLength;

    public int BatchSize => _top.Shape.BatchSize;

    /// <summary>Both directions; null where the top layer has one.</summary>
    public BothDirections? Both { get; }

    /// <summary>Floats of a row.</summary>
    public int Stride { get; }

    /// <summary>[T, B, stride].</summary>
    public float* States { get; }

    /// <summary>The local gradient of the states, [T, B, stride].</summary>
    public float* Gradients { get; }

    /// <summary>Makes the states of rows readable.</summary>
    public void Join(int rowBegin, int rowEnd) => Both?.Join(States, Stride, _mirrors, rowBegin, rowEnd);

    /// <summary>Hands the gradients of rows on to the layer.</summary>
    public void Part(int rowBegin, int rowEnd) => Both?.Part(Gradients, Stride, _mirrors, rowBegin, rowEnd);

    /// <summary>Reads the local gradient of one direction's state.</summary>
    public void ReadPart(LayerBuffers of, int t, Span<float> part) =>
        Both!.ReadPart(Gradients, Stride, _mirrors, of, t, part);
}
