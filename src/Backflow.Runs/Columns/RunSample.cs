namespace Backflow.Runs.Columns;

/// <summary>A text that the network made.</summary>
/// <param name="Key">Its number in the store: later samples have greater ones.</param>
/// <param name="Step">The step after which it was made.</param>
/// <param name="Created">When, UTC.</param>
/// <param name="Text">What the network wrote, without the prompt.</param>
public sealed record RunSample(long Key, long Step, DateTimeOffset Created, string Text);
