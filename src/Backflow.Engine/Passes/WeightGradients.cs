using Backflow.Engine.Kernels;

namespace Backflow.Engine;

/// <summary>Sums weight gradients over all rows, cut by panels of the result.</summary>
/// <remarks>One share per thread, of the panels of every layer, so that each thread packs its operands once.</remarks>
/// <param name="stages">The layers after their backward pass.</param>
/// <param name="head">The head, or null.</param>
/// <param name="threads">Shares.</param>
internal sealed class WeightGradients(RowStages stages, LinearHead? head, int threads) : IWorkItems
{
    private readonly PackedRows[] _packed = CreateRoom(stages.Layers, threads);

    public int Count => _packed.Length;

    public void Execute(int item)
    {
        foreach (LayerBuffers layer in stages.Layers)
        {
            OfLayer(layer, stages.WholeSequence, item);
        }

        OfHeadAndEmbedding(item);
    }

    public void OfLayer(LayerBuffers layer, Timesteps segment, int item)
    {
        Share(layer.RecurrentStorage.Panels, item, out int begin, out int end);
        layer.Kernels.WeightGradients(layer, segment, begin, end, _packed[item]);
    }

    public void OfHeadAndEmbedding(int item)
    {
        if (head is not null)
        {
            // The other way round: where a few panels do not divide evenly, another thread gets the odd one.
            Share(head.Panels, Count - 1 - item, out int begin, out int end);
            head.WeightGradients(begin, end, _packed[item]);
        }

        if (item == Count - 1 && stages.Tokens.Length > 0)
        {
            stages.EmbeddingGradient();
        }
    }

    private static PackedRows[] CreateRoom(ReadOnlySpan<LayerBuffers> layers, int threads)
    {
        int widest = 0;
        bool usesTiles = false;
        foreach (LayerBuffers layer in layers)
        {
            widest = Math.Max(widest, Math.Max(layer.Shape.InputSize, layer.Shape.HiddenSize));
            usesTiles |= layer.Tiles is { UsesAny: true };
        }

        PackedRows[] room = new PackedRows[threads];
        for (int thread = 0; thread < threads; thread++)
        {
            room[thread] = new PackedRows(widest, usesTiles);
        }

        return room;
    }

    private void Share(int panels, int item, out int begin, out int end)
    {
        begin = (int)((long)panels * item / Count);
        end = (int)((long)panels * (item + 1) / Count);
    }
}
