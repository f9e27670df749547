using System.Collections.Immutable;
using Backflow.Engine;

namespace Backflow.Training;

/// <summary>The states that a training step ends with and the next one may begin with, kept while something else is
/// computed in the same buffers.</summary>
/// <param name="pass">The pass of the steps.</param>
internal sealed class FinalStates(NetworkPass pass)
{
    private readonly ImmutableArray<(float[] Hidden, float[] Cell)> _states =
    [
        .. pass.Layers.Select(layer =>
        {
            int count = pass.BatchSize * layer.HiddenSize;
            return (new float[count], new float[layer.HasCellState ? count : 0]);
        }),
    ];

    /// <summary>Keeps them.</summary>
    public void Take()
    {
        foreach ((LayerPass layer, (float[] hidden, float[] cell)) in pass.Layers.Zip(_states))
        {
            layer.Hidden(pass.SequenceLength - 1).CopyTo(hidden);
            if (layer.HasCellState)
            {
                layer.Cell(pass.SequenceLength - 1).CopyTo(cell);
            }
        }
    }

    /// <summary>Puts them back.</summary>
    public void PutBack()
    {
        foreach ((LayerPass layer, (float[] hidden, float[] cell)) in pass.Layers.Zip(_states))
        {
            layer.SetState(pass.SequenceLength - 1, hidden, cell);
        }
    }
}
