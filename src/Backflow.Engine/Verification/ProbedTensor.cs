using System.Collections.Immutable;
using Backflow.Engine.Kernels.Reference;

namespace Backflow.Engine.Verification;

/// <summary>A tensor of the twin whose entries can be shifted, to see what that does to the loss.</summary>
internal abstract class ProbedTensor(string name, int entries)
{
    public string Name => name;

    public int Entries => entries;

    /// <summary>Every tensor that a gradient exists for: parameters, x, initial states, states.</summary>
    public static ImmutableArray<ProbedTensor> All(ReferenceNetwork twin)
    {
        ImmutableArray<ProbedTensor>.Builder tensors = ImmutableArray.CreateBuilder<ProbedTensor>();
        foreach (string name in twin.ParameterNames)
        {
            double[] values = twin.Find(name).Values;
            tensors.Add(new StoredTensor(name, values, values.Length));
        }

        // With an embedding the forward pass writes x itself; the embedding's gradient stands for it.
        if (twin.Options.VocabularySize == 0)
        {
            double[] input = twin.Layers[0].Input;
            tensors.Add(new StoredTensor("x", input, input.Length));
        }

        for (int k = 0; k < twin.Layers.Length; k++)
        {
            ReferenceLayer layer = twin.Layers[k];
            int slot = layer.Shape.BatchSize * layer.Shape.HiddenSize;
            string suffix = twin.Options.SuffixOf(k);
            tensors.Add(new StoredTensor($"h0_{suffix}", layer.Hidden, slot));
            tensors.Add(new StateTensor($"h_{suffix}", layer, ofCell: false, slot));
            if (layer.Cell.HasCellState)
            {
                tensors.Add(new StoredTensor($"c0_{suffix}", layer.CellState, slot));
                tensors.Add(new StateTensor($"c_{suffix}", layer, ofCell: true, slot));
            }
        }

        return tensors.ToImmutable();
    }

    /// <summary>The entry as it stands.</summary>
    public abstract double Value(int entry);

    /// <summary>Makes the twin compute with the entry plus the action's argument; 0 restores it exactly.</summary>
    public abstract Action<double> ShiftOf(int entry);

    /// <summary>What the forward pass reads from memory.</summary>
    private sealed class StoredTensor(string name, double[] values, int entries) : ProbedTensor(name, entries)
    {
        public override double Value(int entry) => values[entry];

        public override Action<double> ShiftOf(int entry)
        {
            double original = values[entry];
            return offset => values[entry] = original + offset;
        }
    }

    /// <summary>What the forward pass writes: it is shifted as it is written.</summary>
    private sealed class StateTensor(string name, ReferenceLayer layer, bool ofCell, int slot)
        : ProbedTensor(name, (ofCell ? layer.CellState.Length : layer.Hidden.Length) - slot)
    {
        public override double Value(int entry) => (ofCell ? layer.CellState : layer.Hidden)[slot + entry];

        public override Action<double> ShiftOf(int entry) => offset => layer.Nudge(ofCell, slot + entry, offset);
    }
}
