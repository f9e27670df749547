using Backflow.Runs.Columns;

namespace Backflow.Runs.Recording;

/// <summary>A scalar, or a boxed thing that comes too rarely for its box to matter.</summary>
/// <param name="Metric">The name of the scalar's metric; null for a note.</param>
/// <param name="Step">The step that the item belongs to.</param>
/// <param name="Value">The scalar.</param>
/// <param name="Note">What else it is.</param>
internal readonly record struct RecordedItem(string? Metric, long Step, double Value, RecordedNote? Note);

/// <summary>What is recorded now and then.</summary>
internal abstract record RecordedNote;

/// <summary>A text that the network made.</summary>
internal sealed record RecordedSample(DateTimeOffset Created, string Text) : RecordedNote;

/// <summary>Something that happened.</summary>
internal sealed record RecordedEvent(
    DateTimeOffset Created, RunEventLevel Level, string Title, string Text, string? PayloadJson) : RecordedNote;

/// <summary>A place in the queue: set once everything before it is committed, or the recorder has failed.</summary>
internal sealed record FlushMark(TaskCompletionSource Passed) : RecordedNote;
