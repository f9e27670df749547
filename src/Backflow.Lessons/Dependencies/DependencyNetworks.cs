using System.Collections.Concurrent;
using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Tensors;
using Backflow.Training;

namespace Backflow.Lessons.Dependencies;

/// <summary>The trained networks that ship with the program: three cells, each after several steps.</summary>
/// <remarks>
/// Trained on <see cref="DependencyTask"/> by bench/Backflow.LessonNetworks, which also writes the files;
/// docs/long-dependencies.md has their figures. Reading them is safe from any thread.
/// </remarks>
public static class DependencyNetworks
{
    /// <summary>What checkpoints call the task.</summary>
    public const string TaskName = "long-dependencies";

    private static readonly ConcurrentDictionary<(string Cell, int Steps), Lazy<RecurrentNetwork>> Networks = new();

    /// <summary>The cells that were trained: <c>rnn</c>, <c>lstm</c> and <c>gru</c>.</summary>
    public static ImmutableArray<string> CellNames => ["rnn", "lstm", "gru"];

    /// <summary>The steps after which a network was kept; 0 is the network as it began.</summary>
    public static ImmutableArray<int> Stages => [0, 300, 1000, 3000];

    /// <summary>The name of the file of a trained network.</summary>
    /// <param name="cell">One of <see cref="CellNames"/>.</param>
    /// <param name="steps">One of <see cref="Stages"/> above 0.</param>
    /// <returns>The name without a folder.</returns>
    public static string FileOf(string cell, int steps) => FormattableString.Invariant($"{cell}-{steps}.safetensors");

    /// <summary>The network of a cell after a number of steps.</summary>
    /// <param name="cell">One of <see cref="CellNames"/>.</param>
    /// <param name="steps">One of <see cref="Stages"/>.</param>
    /// <returns>A network whose parameters are not to be changed.</returns>
    public static RecurrentNetwork Of(string cell, int steps) => Networks.GetOrAdd(
        (cell, steps),
        static one => new Lazy<RecurrentNetwork>(
            () => one.Steps == 0 ? Begun(one.Cell) : Load(one.Cell, one.Steps))).Value;

    /// <summary>Reads a shipped file: its tensors, and the step and configuration of its training.</summary>
    /// <param name="cell">One of <see cref="CellNames"/>.</param>
    /// <param name="steps">One of <see cref="Stages"/> above 0.</param>
    /// <returns>The content.</returns>
    internal static SafetensorsFile Read(string cell, int steps)
    {
        string name = FileOf(cell, steps);
        using Stream stream = typeof(DependencyNetworks).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The program lacks its file {name}.");
        return SafetensorsFile.Read(stream, stream.Length, name);
    }

    private static RecurrentNetwork Load(string cell, int steps)
    {
        SafetensorsFile file = Read(cell, steps);
        RecurrentNetwork network = new(
            ConfigurationRules.Network(CheckpointContent.Configuration(file), DependencyTask.Sizes));
        CheckpointContent.RestoreParameters(file, network);
        return network;
    }

    // The seed makes the same start again: there is no file of it.
    private static RecurrentNetwork Begun(string cell)
    {
        TrainingConfiguration configuration = CheckpointContent.Configuration(Read(cell, Stages[1]));
        TaskData data = new(configuration, new DependencyTask { Identity = TaskName }, TaskName);
        using TrainingSession session = new(configuration, data);
        return session.Network;
    }
}
