using System.Collections.Immutable;
using System.Text.Json;

namespace Backflow.Lessons.Attention;

/// <summary>How much of a sequence passes through each kind of state, as it was measured once.</summary>
public sealed record BottleneckAnswer
{
    /// <summary>Hidden sizes, least first.</summary>
    public required ImmutableArray<int> Sizes { get; init; }

    /// <summary>The longest sequence; the shortest has one symbol.</summary>
    public required int Longest { get; init; }

    /// <summary>Symbols that a sequence is made of.</summary>
    public required int Symbols { get; init; }

    /// <summary>Sequences of each share.</summary>
    public required int Sequences { get; init; }

    /// <summary>The four kinds.</summary>
    public required ImmutableArray<BottleneckLine> Systems { get; init; }

    /// <summary>Reads what was recorded.</summary>
    internal static BottleneckAnswer Recorded() =>
        JsonSerializer.Deserialize(
            RecordedTranscribers.Content("scores.json"), LessonJson.Default.BottleneckAnswer)
        ?? throw new InvalidOperationException("attention/scores.json holds nothing.");
}

/// <summary>What one kind of transcriber copied right.</summary>
/// <param name="Name">As in addresses.</param>
/// <param name="Title">As people read it.</param>
/// <param name="State">What is handed over, in a few words.</param>
/// <param name="Right">The share of symbols by size and length − 1.</param>
public sealed record BottleneckLine(
    string Name, string Title, string State, ImmutableArray<ImmutableArray<double>> Right);
