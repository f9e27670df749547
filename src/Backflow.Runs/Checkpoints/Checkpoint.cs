using System.Collections.Immutable;

namespace Backflow.Runs.Checkpoints;

/// <summary>A checkpoint that the store knows.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Step">The step after which it was taken.</param>
/// <param name="Path">The file, as an absolute path.</param>
/// <param name="Bytes">The length of the file.</param>
/// <param name="Sha256">The SHA-256 of the file, in lower-case hexadecimal digits.</param>
/// <param name="Created">When it was taken, UTC.</param>
/// <param name="Pins">The labels that keep it, such as best; empty for none.</param>
public sealed record Checkpoint(
    string RunId,
    long Step,
    string Path,
    long Bytes,
    string Sha256,
    DateTimeOffset Created,
    ImmutableArray<string> Pins);
