using System.Collections.Immutable;

namespace Backflow.Runs;

/// <summary>No run, or more than one, goes by the word that was given.</summary>
/// <param name="message">What was looked for, and which runs come near.</param>
/// <param name="candidates">Ids of the runs that come near, nearest first; empty for an empty store.</param>
public sealed class RunNotFoundException(string message, ImmutableArray<string> candidates) : RunStoreException(message)
{
    /// <summary>Ids of the runs that come near, nearest first; empty for an empty store.</summary>
    public ImmutableArray<string> Candidates { get; } = candidates;
}
