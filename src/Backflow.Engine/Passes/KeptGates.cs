namespace Backflow.Engine;

/// <summary>What a backward pass overwrites of a forward pass, so that another one can follow.</summary>
internal sealed class KeptGates
{
    private readonly LayerBuffers[] _layers;
    private readonly AlignedBuffer[] _gates;
    private readonly AlignedBuffer[] _auxiliary;

    public KeptGates(ReadOnlySpan<LayerBuffers> layers)
    {
        _layers = layers.ToArray();
        _gates = [.. _layers.Select(static layer => new AlignedBuffer(layer.Gate.Length))];
        _auxiliary = [.. _layers.Select(static layer => new AlignedBuffer(layer.Auxiliary.Length))];
    }

    /// <summary>Whether gates were kept, and not put back since.</summary>
    public bool IsThere { get; private set; }

    public void Keep()
    {
        IsThere = true;
        for (int i = 0; i < _layers.Length; i++)
        {
            _layers[i].Gate.Span.CopyTo(_gates[i].Span);
            _layers[i].Auxiliary.Span.CopyTo(_auxiliary[i].Span);
        }
    }

    // Exchanged, not copied: what is there now is not read again.
    public void PutBack()
    {
        IsThere = false;
        for (int i = 0; i < _layers.Length; i++)
        {
            AlignedBuffer gate = _layers[i].Gate;
            AlignedBuffer auxiliary = _layers[i].Auxiliary;
            _layers[i].TakeGates(_gates[i], _auxiliary[i]);
            (_gates[i], _auxiliary[i]) = (gate, auxiliary);
        }
    }
}
