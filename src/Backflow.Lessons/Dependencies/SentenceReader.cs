using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Training.Tasks.Sequences;

namespace Backflow.Lessons.Dependencies;

/// <summary>Lets a network read a sentence, and follows the loss of its answer back to every word.</summary>
internal static class SentenceReader
{
    /// <summary>What a network makes of a sentence.</summary>
    public static SentenceReading Read(RecurrentNetwork trained, DependencySentence sentence)
    {
        // A backward pass overwrites the gradients of its network: readers at the same time need their own.
        RecurrentNetwork network = new(trained.Options);
        trained.Parameters.Span.CopyTo(network.Parameters.Span);
        using WorkerPool pool = new(threads: 1);
        NetworkPass pass = new(network, DependencyKinds.LongestBeginning, batchSize: 1, pool);
        TaskBatch batch = new(DependencyTask.Sizes, batchSize: 1);
        DependencyTask.Write(sentence, row: 0, batch);
        batch.CopyTo(pass);
        pass.ResetState();
        pass.Forward();
        AnswerProbabilities probabilities = new(pass);
        int named = probabilities.Likeliest(row: 0);
        ImmutableArray<double> ofCandidates =
        [
            .. sentence.Kind.Answers.Select(answer => probabilities.Of(row: 0, DependencyWords.AnswerOf(answer))),
        ];
        pass.Backward();
        int empty = pass.SequenceLength - sentence.Words.Length;
        return new SentenceReading(
            [
                .. Enumerable.Range(empty, sentence.Words.Length)
                    .Select(t => (double)pass.Layers[0].HiddenGradient(t).Norm()),
            ],
            ofCandidates,
            DependencyWords.Answers[named],
            named == batch.Target(0, 0),
            pass.Head!.Loss);
    }
}
