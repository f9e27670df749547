using Backflow.Engine;
using Backflow.Training.Tasks;
using Backflow.Training.Tasks.Sequences;

namespace Backflow.Training;

/// <summary>What a session trains on: sequences for each step, and something to be measured on.</summary>
public interface ITrainingData
{
    /// <summary>The data in half a line, for the line that describes a run.</summary>
    string Description { get; }

    /// <summary>The name under which the store keeps it: text, sentences, or a task's name.</summary>
    string TaskName { get; }

    /// <summary>What distinguishes this data from any other, for a checkpoint.</summary>
    string Digest { get; }

    /// <summary>The sizes of one sequence.</summary>
    TaskShape Shape { get; }

    /// <summary>The text with its validation part, or null for a task.</summary>
    TextCorpus? Corpus { get; }

    /// <summary>The characters, or null for a task that has none.</summary>
    Vocabulary? Vocabulary { get; }

    /// <summary>The task, or null for text.</summary>
    SequenceTask? Task { get; }

    /// <summary>Steps that read as much as there is; null where there is no end.</summary>
    long? StepsPerEpoch { get; }

    /// <summary>Whether there is anything to be measured on.</summary>
    bool HasValidation { get; }

    /// <summary>Puts the sequences of a step, and the state that they begin with, into a pass.</summary>
    void Load(long step, NetworkPass pass);

    /// <summary>Measures a network.</summary>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    TaskScore Validate(NetworkPass pass, ValidationPart part, CancellationToken cancellation);
}
