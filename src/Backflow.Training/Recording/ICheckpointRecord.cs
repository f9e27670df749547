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
    /// <param name="label"><see cref="KeptCheckpoint.Best"/> or <see cref="KeptCheckpoint.Good"/>.</param>
    void Pin(long step, string label);

    /// <summary>The checkpoints that are there.</summary>
    /// <returns>Newest first.</returns>
    ImmutableArray<KeptCheckpoint> List();

    /// <summary>Reads a checkpoint.</summary>
    /// <param name="step">The step of a checkpoint that <see cref="List"/> has.</param>
    /// <returns>Its tensors and metadata, verified.</returns>
    SafetensorsFile Load(long step);
}

/// <summary>A checkpoint that is kept.</summary>
/// <param name="Step">Steps done when it was taken.</param>
/// <param name="Labels">The labels that keep it, such as <see cref="Best"/>; empty for none.</param>
public sealed record KeptCheckpoint(long Step, ImmutableArray<string> Labels)
{
    /// <summary>The label of the checkpoint with the lowest validation loss.</summary>
    public const string Best = "best";

    /// <summary>The label of the newest checkpoint whose parameters have proved good: the loss of the step after it
    /// was.</summary>
    public const string Good = "good";
}
