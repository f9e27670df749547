using System.Collections.Immutable;
using Backflow.Engine;

namespace Backflow.Lessons.Recurrence;

/// <summary>How many parameters a layer has, by cell.</summary>
internal static class CellSizes
{
    private static readonly ImmutableArray<CellDescription> Compared = [Cells.RnnTanh, Cells.Gru, Cells.Lstm];

    public static CellSizesAnswer Answer(QuestionValues values)
    {
        int inputs = (int)values.Whole("inputs", 32, 1, 256);
        int units = (int)values.Whole("units", 64, 1, 256);
        return new CellSizesAnswer(
            [.. Compared.Select(cell => new CellSize(cell.Title, Count(cell, inputs, units)))]);
    }

    private static long Count(CellDescription cell, int inputs, int units)
    {
        RecurrentLayerParameters layer = new RecurrentNetwork(new NetworkOptions
        {
            InputSize = inputs,
            Layers = [new LayerOptions(cell, units)],
        }).Layers[0];
        return layer.InputWeights.Count + layer.RecurrentWeights.Count + layer.InputBias.Count
            + layer.RecurrentBias.Count;
    }
}

/// <summary>Parameters of one layer.</summary>
/// <param name="Sizes">By cell, smallest first.</param>
internal sealed record CellSizesAnswer(ImmutableArray<CellSize> Sizes);

/// <summary>The size of one cell.</summary>
/// <param name="Cell">The cell's title.</param>
/// <param name="Parameters">W, R and both biases, of all gates.</param>
internal sealed record CellSize(string Cell, long Parameters);
