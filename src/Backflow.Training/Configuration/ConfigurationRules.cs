using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Training.Tasks.Sequences;

namespace Backflow.Training;

/// <summary>The words of a configuration, and what they mean to the engine.</summary>
public static class ConfigurationRules
{
    /// <summary>The optimizers by name.</summary>
    public static ImmutableArray<string> OptimizerNames => Optimizers.Names;

    /// <summary>The schedules by name.</summary>
    public static ImmutableArray<string> ScheduleNames => Schedules.Names;

    /// <summary>The initialisations by name.</summary>
    public static ImmutableArray<string> InitialisationNames => Initialisations.Names;

    internal static NameTable<OptimizerKind> Optimizers { get; } = new(
        ("sgd", OptimizerKind.Sgd),
        ("rmsprop", OptimizerKind.RmsProp),
        ("adam", OptimizerKind.Adam),
        ("adamw", OptimizerKind.AdamW));

    internal static NameTable<ScheduleKind> Schedules { get; } = new(
        ("constant", ScheduleKind.Constant), ("cosine", ScheduleKind.Cosine), ("step", ScheduleKind.StepDecay));

    internal static NameTable<InitialisationScheme> Initialisations { get; } = new(
        ("pytorch", InitialisationScheme.PyTorch),
        ("glorot", InitialisationScheme.Glorot),
        ("orthogonal", InitialisationScheme.Orthogonal),
        ("identity", InitialisationScheme.Identity),
        ("spectral-radius", InitialisationScheme.SpectralRadius),
        ("spectral-norm", InitialisationScheme.SpectralNorm));

    /// <summary>The cells by name.</summary>
    public static ImmutableArray<string> CellNames => [.. Cells.All.Select(static cell => cell.Name)];

    /// <summary>The name under which a cell is kept.</summary>
    /// <param name="word">A name of it, in any case.</param>
    /// <returns>Its name in <see cref="CellNames"/>; the word itself where there is no such cell.</returns>
    public static string CellName(string word) =>
        Cells.TryNamed(word, out CellDescription? cell) ? cell.Name : word;

    /// <summary>The network of a configuration.</summary>
    /// <param name="configuration">A configuration that <see cref="TrainingOptions.Validate"/> accepts.</param>
    /// <param name="shape">The sizes of a sequence of its data.</param>
    /// <returns>The options from which the engine makes the network.</returns>
    public static NetworkOptions Network(TrainingConfiguration configuration, TaskShape shape) => new()
    {
        VocabularySize = shape.VocabularySize,
        InputSize = shape.VocabularySize > 0 ? configuration.EmbeddingSize : shape.FeatureCount,
        Layers =
        [
            .. Enumerable.Range(0, configuration.Layers)
                .Select(i => new LayerOptions(Cell(configuration, i), configuration.HiddenSize)),
        ],
        OutputSize = shape.OutputSize,
        HeadPosition = shape.HeadPosition,
        Dropout = configuration.Dropout,
    };

    internal static OptimizerOptions Optimizer(TrainingConfiguration c) => new()
    {
        Kind = Optimizers[c.Optimizer],
        Momentum = c.Momentum,
        WeightDecay = c.WeightDecay,
    };

    internal static LearningRateSchedule Schedule(TrainingConfiguration c) => new()
    {
        Kind = Schedules[c.Schedule],
        Peak = c.LearningRate,
        WarmUpSteps = c.WarmUpSteps,
        TotalSteps = c.Steps,
        DecayInterval = c.DecayInterval,
        DecayFactor = c.DecayFactor,
    };

    internal static InitialisationOptions Initialisation(TrainingConfiguration c) => new()
    {
        Scheme = Initialisations[c.Initialisation],
        Gain = c.Gain,
        ForgetBias = c.ForgetBias,
        ChronoMaximum = c.Chrono,
    };

    private static CellDescription Cell(TrainingConfiguration c, int layer) =>
        KindOf(c.Cells.Length == 1 ? c.Cells[0] : c.Cells[layer]);

    private static CellDescription KindOf(string name) => Cells.TryNamed(name, out CellDescription? cell)
        ? cell
        : throw new InvalidOperationException($"Cell '{name}' was not validated.");
}
