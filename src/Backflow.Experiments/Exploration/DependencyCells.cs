using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Backflow.Engine;
using Backflow.Training.Tasks.Sequences;
using Backflow.Training;

namespace Backflow.Experiments.Exploration;

/// <summary>The networks of the dependency question: equal but for the cell, with about as many parameters each.</summary>
internal static class DependencyCells
{
    /// <summary>The name of each cell in answers, and its name in configurations.</summary>
    public static ImmutableArray<(string Name, CellKind Cell)> All { get; } =
        [("rnn-tanh", CellKind.RnnTanh), ("lstm", CellKind.Lstm), ("gru", CellKind.Gru)];

    private const string Task = "agreement";
    private const int LstmHiddenSize = 40;
    private const int EmbeddingSize = 16;
    private const long Steps = 1200;

    /// <summary>What a cell is trained with.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="steps">Steps; fewer than the default for tests.</param>
    public static TrainingConfiguration Configuration(CellKind cell, long? steps) => TaskCatalogue.Find(Task).Defaults with
    {
        Task = Task,
        Cells = [CellNames.NameOf(cell)],
        HiddenSize = HiddenSize(cell),
        EmbeddingSize = EmbeddingSize,
        Steps = steps ?? Steps,
        LearningRate = 0.005,
        Schedule = "cosine",
        ForgetBias = 1,
        LogInterval = 20,
        ValidationInterval = 400,
        CheckpointInterval = 400,
    };

    /// <summary>A name that belongs to one configuration, so that another one never takes its run for its own.</summary>
    public static string RunName(string name, TrainingConfiguration configuration)
    {
        byte[] digest = SHA256.HashData(Encoding.UTF8.GetBytes(configuration.ToJson()));
        return $"dependency-{name}-{Convert.ToHexStringLower(digest.AsSpan(0, 4))}";
    }

    // G·(H·(E + H) + 2H) parameters of G gates: the number of units whose parameters come nearest to the LSTM's.
    private static int HiddenSize(CellKind cell)
    {
        int wanted = Parameters(gates: 4, LstmHiddenSize);
        int gates = cell switch
        {
            CellKind.Lstm => 4,
            CellKind.Gru or CellKind.GruResetBefore => 3,
            _ => 1,
        };
        return Enumerable.Range(1, 4 * LstmHiddenSize).MinBy(hidden => Math.Abs(Parameters(gates, hidden) - wanted));
    }

    private static int Parameters(int gates, int hidden) => gates * ((hidden * (EmbeddingSize + hidden)) + (2 * hidden));
}
