using Backflow.Engine;
using Backflow.Telemetry;
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

    /// <summary>
    /// Puts fixed held-out sequences, and the states that they begin with, into a pass: the same ones for every
    /// measurement of a run.
    /// </summary>
    /// <param name="pass">A pass of the session's sizes.</param>
    /// <param name="block">Which sequences: as many as the pass has for each number from 0.</param>
    /// <returns>False where there are none; the gradient reach is not measured then.</returns>
    bool LoadProbe(NetworkPass pass, int block) => false;

    /// <summary>Measures how far back a network uses its input.</summary>
    /// <param name="pass">A pass of the session's sizes; its states are overwritten.</param>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="isWhole">Whether the whole curve is measured, on more sequences, as at the end of a training; else
    /// what the number needs.</param>
    /// <param name="cancellation">Ends the measurement early.</param>
    /// <returns>The effective context; null where the data does not allow it.</returns>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    EffectiveContext? MeasureContext(
        NetworkPass pass, WorkerPool pool, bool isWhole, CancellationToken cancellation) => null;
}
