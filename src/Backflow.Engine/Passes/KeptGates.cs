namespace Backflow.Engine;

/// <summary>What a backward pass overwrites of a forward pass, kept to go back through it again.</summary>
internal sealed class KeptGates
{
    private readonly LayerBuffers[] _layers;
    private readonly float[][] _gates;
    private readonly float[][] _auxiliary;

    public KeptGates(ReadOnlySpan<LayerBuffers> layers)
    {
        _layers = layers.ToArray();
        _gates = [.. _layers.Select(static layer => new float[layer.Gate.Length])];
        _auxiliary = [.. _layers.Select(static layer => new float[layer.Auxiliary.Length])];
    }

    public void Keep()
    {
        for (int i = 0; i < _layers.Length; i++)
        {
            _layers[i].Gate.Span.CopyTo(_gates[i]);
            _layers[i].Auxiliary.Span.CopyTo(_auxiliary[i]);
        }
    }

    public void PutBack()
    {
        for (int i = 0; i < _layers.Length; i++)
        {
            _gates[i].CopyTo(_layers[i].Gate.Span);
            _auxiliary[i].CopyTo(_layers[i].Auxiliary.Span);
        }
    }
}
