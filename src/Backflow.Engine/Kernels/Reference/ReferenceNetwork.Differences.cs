namespace Backflow.Engine.Kernels.Reference;

/// <content>What difference quotients need of the loss: its terms, and where its kinks are.</content>
public sealed partial class ReferenceNetwork
{
    /// <summary>Terms of the loss: one for each state or output row that it looks at.</summary>
    internal int LossTerms => (_head?.Rows ?? _outputGradient.Length)
        + _layers.Sum(static layer => layer.FinalDHidden.Length + layer.FinalDCellState.Length);

    /// <summary>
    /// The terms of the loss: two losses are subtracted term by term, so that what a shift leaves alone cancels
    /// exactly.
    /// </summary>
    /// <param name="terms">[<see cref="LossTerms"/>], overwritten.</param>
    internal void ReadLossTerms(Span<double> terms)
    {
        if (_head is null)
        {
            terms = Products(_outputGradient, TopStates(), terms);
        }
        else
        {
            _head.LossTerms.CopyTo(terms);
            terms = terms[_head.Rows..];
        }

        foreach (ReferenceLayer layer in _layers)
        {
            terms = Products(layer.FinalDHidden, layer.Hidden.AsSpan(^layer.FinalDHidden.Length), terms);
            terms = Products(layer.FinalDCellState, layer.CellState.AsSpan(^layer.FinalDCellState.Length), terms);
        }
    }

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

    // Writes gradient·state; returns where the next terms go.
    private static Span<double> Products(ReadOnlySpan<double> gradient, ReadOnlySpan<double> states, Span<double> terms)
    {
        for (int i = 0; i < gradient.Length; i++)
        {
            terms[i] = gradient[i] * states[i];
        }

        return terms[gradient.Length..];
    }
}
