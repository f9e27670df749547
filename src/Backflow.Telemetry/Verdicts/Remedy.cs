using System.Collections.Immutable;

namespace Backflow.Telemetry;

/// <summary>Something to change: a sentence, and the settings that do it.</summary>
/// <param name="Text">The change in a few words.</param>
/// <param name="Settings">What to set; all of it belongs together.</param>
public sealed record Remedy(string Text, ImmutableArray<Setting> Settings);
