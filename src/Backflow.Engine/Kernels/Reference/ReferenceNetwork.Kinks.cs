namespace Backflow.Engine.Kernels.Reference;

/// <content>Where the loss has kinks: difference quotients must not step across them.</content>
public sealed partial class ReferenceNetwork
{
    /// <summary>Pre-activations of ReLU layers in one pass.</summary>
    internal int ReluSides => _layers.Where(static layer => layer.Cell.HasKink).Sum(static layer => layer.Kept.Length);

    /// <summary>On which side of its kink each ReLU of the last forward pass stood.</summary>
    /// <param name="isPositive">[<see cref="ReluSides"/>], overwritten.</param>
    internal void ReadReluSides(Span<bool> isPositive)
    {
        int next = 0;
        foreach (ReferenceLayer layer in _layers)
        {
            if (layer.Cell.HasKink)
            {
                foreach (double preActivation in layer.Kept)
                {
                    isPositive[next++] = preActivation > 0;
                }
            }
        }
    }
}
