using Backflow.Tensors;

namespace Backflow.Runs.Checkpoints;

/// <summary>A checkpoint whose checksum and format were verified.</summary>
/// <param name="Checkpoint">What the store knows of it.</param>
/// <param name="Content">Its tensors and metadata.</param>
public sealed record LoadedCheckpoint(Checkpoint Checkpoint, SafetensorsFile Content);
