using Backflow.Engine;
using Backflow.Training.Tasks.Sequences;

namespace Backflow.Lessons.Dependencies;

/// <summary>Sentences of all kinds with a dependency of 1 to 20 words; the word that follows is asked for.</summary>
/// <remarks>
/// The kinds are equally frequent, and so are the distances of a kind. A sequence has T words; a shorter sentence has
/// empty words in front, so that the answer is asked for at the last timestep.
/// </remarks>
public sealed class DependencyTask : SequenceTask
{
    /// <summary>The sizes, which are those of every such task.</summary>
    internal static TaskShape Sizes { get; } = new()
    {
        SequenceLength = DependencyKinds.LongestBeginning,
        VocabularySize = DependencyWords.Count,
        OutputSize = DependencyWords.Answers.Length,
        HeadPosition = HeadPosition.LastTimestep,
    };

    /// <inheritdoc/>
    public override TaskShape Shape => Sizes;

    /// <inheritdoc/>
    public override int DependencyLength => DependencyKinds.Longest;

    /// <inheritdoc/>
    /// <remarks>Chance knows the kind. What a model of the last word reaches is not known.</remarks>
    public override TaskBaselines Baselines { get; } = new(
        DependencyKinds.All.Average(static kind => 1.0 / kind.Answers.Length), double.NaN, double.NaN);

    /// <inheritdoc/>
    public override string SuccessMeasure => "last words named";

    /// <inheritdoc/>
    protected override void Write(SplittableRandom random, int row, TaskBatch batch)
    {
        DependencyKind kind = DependencyKinds.All[random.NextInt32(DependencyKinds.All.Length)];
        int distance = kind.Shortest + random.NextInt32(DependencyKinds.Longest - kind.Shortest + 1);
        Write(DependencySentence.ForTraining(kind, distance, random), row, batch);
    }

    /// <inheritdoc/>
    protected override void WriteForMeasuring(int number, SplittableRandom random, int row, TaskBatch batch)
    {
        DependencyKind kind = DependencyKinds.All[random.NextInt32(DependencyKinds.All.Length)];
        int distance = kind.Shortest + random.NextInt32(DependencyKinds.Longest - kind.Shortest + 1);
        Write(DependencySentence.HeldOut(kind, distance, number), row, batch);
    }

    internal static void Write(DependencySentence sentence, int row, TaskBatch batch)
    {
        int length = batch.Shape.SequenceLength;
        int empty = length - sentence.Words.Length;
        for (int t = 0; t < length; t++)
        {
            batch.SetToken(
                t, row, t < empty ? DependencyWords.Empty : DependencyWords.IndexOf(sentence.Words[t - empty]));
        }

        batch.SetTarget(0, row, DependencyWords.AnswerOf(sentence.Answer));
        batch.SetDependency(row, sentence.Distance - 1);
    }
}
