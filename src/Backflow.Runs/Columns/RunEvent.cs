namespace Backflow.Runs.Columns;

/// <summary>Something that happened in a run, such as a verdict.</summary>
/// <param name="Key">Its number in the store: later events have greater ones.</param>
/// <param name="Step">The step at which it happened.</param>
/// <param name="Created">When, UTC.</param>
/// <param name="Level">How much it matters.</param>
/// <param name="Title">A few words, such as "Vanishing gradient".</param>
/// <param name="Text">What it means and what to do.</param>
/// <param name="PayloadJson">The evidence as JSON that only the writer and the panel know; null for none.</param>
public sealed record RunEvent(
    long Key, long Step, DateTimeOffset Created, RunEventLevel Level, string Title, string Text, string? PayloadJson);
