using System.Collections.Immutable;
using Backflow.Tensors;

namespace Backflow.Training.Recording;

/// <summary>Keeps the checkpoints of one run.</summary>
public interface ICheckpointRecord
{
    /// <summary>Keeps a checkpoint; older ones that no label keeps may go.</summary>
    /// <param name="step">Steps done.</param>
    /// <param name="tensors">Everything that training needs to go on.</param>
    /// <param name="metadata">Text about them.</param>
    void Save(long step, IEnumerable<Tensor> tensors, IReadOnlyDictionary<string, string> metadata);

    /// <summary>Gives a label to a checkpoint, which keeps it, and takes it from any other of the run.</summary>
    /// <param name="step">The checkpoint's step.</param>
    /// <param name="label">The label.</param>
    void Pin(long step, string label);

    /// <summary>The checkpoints that are there.</summary>
    /// <returns>Newest first.</returns>
    ImmutableArray<KeptCheckpoint> List();

    /// <summary>Reads a checkpoint.</summary>
    /// <param name="step">Its step.</param>
    /// <returns>Its tensors and metadata, verified.</returns>
    SafetensorsFile Load(long step);
}

/// <summary>A checkpoint that is kept.</summary>
/// <param name="Step">Steps done when it was taken.</param>
/// <param name="Labels">The labels that keep it, such as best; empty for none.</param>
public sealed record KeptCheckpoint(long Step, ImmutableArray<string> Labels);
