using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Training.Tasks.Sequences;

namespace Backflow.Lessons.Dependencies;

/// <summary>Counts how often a network names the last word, by distance.</summary>
public static class DependencyAccuracy
{
    /// <summary>Sentences of each kind and distance.</summary>
    public const int Sentences = 100;

    /// <summary>The names of the kinds.</summary>
    public static ImmutableArray<string> Kinds => [.. DependencyKinds.All.Select(static kind => kind.Name)];

    /// <summary>Measures a network on sentences that training never reads.</summary>
    /// <param name="network">A network for <see cref="DependencyTask"/>.</param>
    /// <param name="kindName">One of <see cref="Kinds"/>.</param>
    /// <returns>The share of right answers by distance, from the shortest one of the kind up to 20 words.</returns>
    public static ImmutableArray<double> Measure(RecurrentNetwork network, string kindName)
    {
        DependencyKind kind = DependencyKinds.Of(kindName);
        using WorkerPool pool = new(threads: 1);
        NetworkPass pass = new(network, DependencyKinds.LongestBeginning, Sentences, pool);
        int distances = DependencyKinds.Longest - kind.Shortest + 1;
        return [.. Enumerable.Range(kind.Shortest, distances).Select(distance => Measure(pass, kind, distance))];
    }

    private static double Measure(NetworkPass pass, DependencyKind kind, int distance)
    {
        TaskBatch batch = new(DependencyTask.Sizes, Sentences);
        for (int row = 0; row < Sentences; row++)
        {
            DependencyTask.Write(DependencySentence.HeldOut(kind, distance, row), row, batch);
        }

        batch.CopyTo(pass);
        pass.ResetState();
        pass.Forward();
        AnswerProbabilities probabilities = new(pass);
        int right = Enumerable.Range(0, Sentences).Count(row => probabilities.Likeliest(row) == batch.Target(0, row));
        return (double)right / Sentences;
    }
}
