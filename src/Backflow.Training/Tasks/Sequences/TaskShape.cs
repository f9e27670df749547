using Backflow.Engine;

namespace Backflow.Training.Tasks.Sequences;

/// <summary>The sizes of a task: what a network for it reads and answers.</summary>
public sealed record TaskShape
{
    /// <summary>Timesteps of every sequence, T.</summary>
    public required int SequenceLength { get; init; }

    /// <summary>Symbols read, V; 0 for a task that gives vectors.</summary>
    public int VocabularySize { get; init; }

    /// <summary>Features of a vector; 0 for a task that gives symbols.</summary>
    public int FeatureCount { get; init; }

    /// <summary>Classes, or numbers, that are answered.</summary>
    public required int OutputSize { get; init; }

    /// <summary>When the answer is asked for.</summary>
    public required HeadPosition HeadPosition { get; init; }

    /// <summary>Whether the answer is a number (mean squared error) and not a class (cross-entropy).</summary>
    public bool IsRegression { get; init; }

    /// <summary>Timesteps with an answer, T′.</summary>
    public int AnswerTimesteps => HeadPosition == HeadPosition.EveryTimestep ? SequenceLength : 1;
}
