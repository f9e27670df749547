using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Backflow.Engine;
using Backflow.Training;
using Backflow.Training.Tasks.Sequences;

namespace Backflow.Experiments.Exploration;

/// <summary>
/// The networks of the dependency question: equal but for the cell, with about as many parameters each.
/// </summary>
internal static class DependencyCells
{
    /// <summary>The name of each cell in answers, and its name in configurations.</summary>
    public static ImmutableArray<(string Name, CellDescription Cell)> All { get; } =
        [("rnn-tanh", Cells.RnnTanh), ("lstm", Cells.Lstm), ("gru", Cells.Gru)];

    /// <summary>What the runs of these networks belong to.</summary>
    public const string Group = "dependency";

    private const string Task = "agreement";
    private const int LstmHiddenSize = 40;
    private const int EmbeddingSize = 16;
    private const long Steps = 1200;

    /// <summary>What a cell is trained with.</summary>
    /// <param name="cell">The cell, whose size is chosen to have an LSTM's parameters.</param>
    /// <param name="steps">Steps; fewer than the default for tests.</param>
    public static TrainingConfiguration Configuration(CellDescription cell, long? steps) =>
        TaskCatalogue.Find(Task).Defaults with
        {
            Task = Task,
            Cells = [cell.Name],
            HiddenSize = MatchedSize.Nearest(
                hidden => cell.ParameterCount(EmbeddingSize, hidden),
                Cells.Lstm.ParameterCount(EmbeddingSize, LstmHiddenSize)),
            EmbeddingSize = EmbeddingSize,
            Steps = steps ?? Steps,
            LearningRate = 0.005,
            Schedule = "cosine",
            ForgetBias = 1,
            LogInterval = 20,
            ValidationInterval = 400,
            CheckpointInterval = 400,
        };

    /// <summary>
    /// A name that belongs to one configuration, so that another one never takes its run for its own.
    /// </summary>
    public static string RunName(string name, TrainingConfiguration configuration)
    {
        byte[] digest = SHA256.HashData(Encoding.UTF8.GetBytes(configuration.ToJson()));
        return $"dependency-{name}-{Convert.ToHexStringLower(digest.AsSpan(0, 4))}";
    }
}
