using System.Collections.Immutable;
using Backflow.Runs.Manifest;
using Backflow.Runs.Store;

namespace Backflow.Runs.Notes;

/// <summary>What people write about their runs: tags to find them by, and a note each.</summary>
public sealed class RunNotes
{
    /// <summary>The most tags of a run.</summary>
    public const int MostTags = 20;

    /// <summary>The most characters of a note, in units of UTF-16.</summary>
    public const int LongestNote = 4000;

    private readonly StoreDatabase _database;
    private readonly TimeProvider _clock;
    private readonly RunLiveness _liveness;

    internal RunNotes(StoreDatabase database, TimeProvider clock, RunLiveness liveness)
    {
        _database = database;
        _clock = clock;
        _liveness = liveness;
    }

    /// <summary>Whether a text can be a tag: 1 to 64 visible characters without spaces.</summary>
    /// <param name="text">Any text.</param>
    public static bool IsTag(string text) => RunTag.IsTag(text);

    /// <summary>Changes the tags of a run.</summary>
    /// <param name="runId">The id.</param>
    /// <param name="change">What becomes of the tags that the run has; a tag that comes twice is kept once.</param>
    /// <returns>The tags as they are now, in the order of the alphabet.</returns>
    /// <exception cref="RunStoreException">A text is no tag, or there are more than <see cref="MostTags"/>.</exception>
    public ImmutableArray<string> Tag(string runId, Func<ImmutableArray<string>, IEnumerable<string>> change) =>
        _database.Write(connection =>
        {
            ImmutableArray<string> tags = RunTag.InOrder(change(RunTable.Get(connection, runId, _liveness).Tags));
            RunTag.Require(tags);
            RunTable.Update(connection, runId, _clock.GetUtcNow(), "tags = $value", RunTag.ToColumn(tags));
            return tags;
        });

    /// <summary>Writes the note of a run in place of the one that it has.</summary>
    /// <param name="runId">The id.</param>
    /// <param name="note">Any text of at most <see cref="LongestNote"/> characters; empty for none.</param>
    /// <exception cref="RunStoreException">The note is too long.</exception>
    public void Write(string runId, string note)
    {
        if (note.Length > LongestNote)
        {
            throw new RunStoreException(
                $"A note has at most {LongestNote} characters, and this one has {note.Length}; shorten it.");
        }

        _database.Write(connection => RunTable.Update(connection, runId, _clock.GetUtcNow(), "note = $value", note));
    }
}
