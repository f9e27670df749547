using Backflow.Engine;
using Backflow.Training.Tasks;
using Backflow.Training.Tasks.Sequences;

namespace Backflow.Training;

/// <summary>The sizes of a text: every character is predicted from those before it.</summary>
public static class TextShape
{
    /// <summary>The sizes.</summary>
    /// <param name="configuration">Has the length of a window.</param>
    /// <param name="vocabulary">The characters.</param>
    /// <returns>What a network for the text reads and answers.</returns>
    public static TaskShape Of(TrainingConfiguration configuration, Vocabulary vocabulary) => new()
    {
        SequenceLength = configuration.SequenceLength,
        VocabularySize = vocabulary.Count,
        OutputSize = vocabulary.Count,
        HeadPosition = HeadPosition.EveryTimestep,
    };
}
