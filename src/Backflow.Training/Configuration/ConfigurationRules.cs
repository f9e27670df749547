using System.Collections.Immutable;
using System.Globalization;
using Backflow.Engine;
using Backflow.Training.Tasks.Sequences;

namespace Backflow.Training;

/// <summary>What a configuration may say, and what its words mean to the engine.</summary>
public static class ConfigurationRules
{
    private const int LargestHiddenSize = 16_384;
    private const int LargestLayerCount = 64;

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

    /// <summary>Checks every option that can be checked without the data.</summary>
    /// <param name="c">The configuration.</param>
    /// <exception cref="ExperimentException">An option is outside its range; the message names it.</exception>
    public static void Validate(TrainingConfiguration c)
    {
        RequireName("--cell", c.Cells.IsEmpty ? string.Empty : c.Cells[0], CellNames, "lstm");
        foreach (string cell in c.Cells)
        {
            RequireName("--cell", cell, CellNames, "lstm");
        }

        RequireName("--optimizer", c.Optimizer, OptimizerNames, "adam");
        RequireName("--schedule", c.Schedule, ScheduleNames, "cosine");
        RequireName("--init", c.Initialisation, InitialisationNames, "orthogonal");
        RequireName("--telemetry", c.Telemetry, TelemetryPlan.LevelNames, "economy");
        RequireName("--on-verdict", c.OnVerdict, VerdictPolicies.All, VerdictPolicies.Rollback);
        VerdictPolicies.Options(c.VerdictSettings);
        RequireRange("--layers", c.Layers, 1, LargestLayerCount, "1");
        RequireRange("--hidden-size", c.HiddenSize, 1, LargestHiddenSize, "128");
        RequireRange("--embedding-size", c.EmbeddingSize, 1, LargestHiddenSize, "32");
        RequireRange("--sequence-length", c.SequenceLength, 1, 1_000_000, "64");
        RequireRange("--batch-size", c.BatchSize, 1, 65_536, "32");
        RequireRange("--steps", c.Steps, 1, long.MaxValue, "1000");
        RequireRange("--threads", c.Threads, 1, 1024, "2");
        RequireRange("--log-interval", c.LogInterval, 1, long.MaxValue, "10");
        RequireRange("--validation-interval", c.ValidationInterval, 0, long.MaxValue, "250");
        RequireRange("--checkpoint-interval", c.CheckpointInterval, 0, long.MaxValue, "250");
        RequireRange("--sample-interval", c.SampleInterval, 0, long.MaxValue, "500");
        RequireRange("--warm-up-steps", c.WarmUpSteps, 0, long.MaxValue, "100");
        RequireRange("--decay-interval", c.DecayInterval, 1, long.MaxValue, "1000");
        RequirePositive("--learning-rate", c.LearningRate, "0.003");
        RequirePositive("--decay-factor", c.DecayFactor, "0.5");
        RequirePositive("--gain", c.Gain, "1");
        RequireAtLeastZero("--clip-norm", c.ClipNorm, "1");
        RequireAtLeastZero("--clip-value", c.ClipValue, "5");
        RequireAtLeastZero("--omega", c.Omega, "2");
        RequireAtLeastZero("--weight-decay", c.WeightDecay, "0.01");
        RequireShare("--momentum", c.Momentum, "0.9");
        RequireShare("--dropout", c.Dropout, "0.2");
        if (c.Omega > 0 && !c.Cells.Any(static cell => KindOf(cell).ElmanActivation is not null))
        {
            throw new ExperimentException(
                "--omega regularises Elman layers, and this network has none.", "--cell rnn --omega 2");
        }

        ValidateFlossing(c);
        if (c.Epochs is double epochs)
        {
            RequirePositive("--epochs", epochs, "5");
        }

        if (c.TelemetryInterval is string interval && !TelemetryPlan.IsInterval(interval))
        {
            string allowed = $"a number of steps from 1 to {TelemetryPlan.LongestInterval}, or log";
            throw OutOfRange("--telemetry-interval", $"'{interval}'", allowed, "10");
        }

        if (c.ForgetBias is double bias && !double.IsFinite(bias))
        {
            throw OutOfRange("--forget-bias", Text(bias), "a finite number", "1");
        }

        if (c.Chrono is double maximum && !(maximum >= 2 && double.IsFinite(maximum)))
        {
            throw OutOfRange("--chrono", Text(maximum), "a number of timesteps from 2", "100");
        }

        if (c.Task is string task)
        {
            ValidateTask(c, task);
        }

        if (c.Cells.Length != 1 && c.Cells.Length != c.Layers)
        {
            throw new ExperimentException(
                $"--cell names {c.Cells.Length} cells for {c.Layers} layers; give one for all layers, or one per layer.",
                $"--cell {string.Join(',', c.Cells)} --layers {c.Cells.Length}");
        }
    }

    private static void ValidateFlossing(TrainingConfiguration c)
    {
        RequireRange("--flossing", c.Flossing, 0, c.HiddenSize, "8");
        RequireRange("--flossing-interval", c.FlossingInterval, 0, long.MaxValue, "500");
        if (c.Flossing == 0)
        {
            return;
        }

        // Configurations of before flossing existed have no number of updates, and need none.
        RequireRange("--flossing-steps", c.FlossingSteps, 1, 1_000_000, "100");
        if (c.Cells.FirstOrDefault(static cell => !GradientFlossing.Supports(KindOf(cell))) is string cell)
        {
            throw new ExperimentException(
                $"--flossing has no formulas for {cell}.", "--cell gru --flossing 8");
        }
    }

    private static void ValidateTask(TrainingConfiguration c, string task)
    {
        TaskCatalogue.Find(task).Create(c.TaskOptions);
        if (c.TextPath is not null)
        {
            throw new ExperimentException(
                $"--task {task} makes its own sequences and takes no --text.", "Leave out --text or --task.");
        }

        if (c.Epochs is not null)
        {
            throw new ExperimentException(
                $"--task {task} makes fresh sequences for every step: there is no epoch.", "Give --steps instead of --epochs.");
        }

        if (c.SampleInterval > 0)
        {
            throw new ExperimentException(
                $"--task {task} trains no model that writes text.", "Leave out --sample-interval.");
        }
    }

    internal static NetworkOptions Network(TrainingConfiguration c, TaskShape shape) => new()
    {
        VocabularySize = shape.VocabularySize,
        InputSize = shape.VocabularySize > 0 ? c.EmbeddingSize : shape.FeatureCount,
        Layers = [.. Enumerable.Range(0, c.Layers).Select(i => new LayerOptions(Cell(c, i), c.HiddenSize))],
        OutputSize = shape.OutputSize,
        HeadPosition = shape.HeadPosition,
        Dropout = c.Dropout,
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

    private static void RequireName(string option, string value, ImmutableArray<string> allowed, string example)
    {
        if (!allowed.Contains(value))
        {
            throw OutOfRange(option, $"'{value}'", "one of " + string.Join(", ", allowed), example);
        }
    }

    private static void RequireRange(string option, long value, long minimum, long maximum, string example)
    {
        if (value < minimum || value > maximum)
        {
            string allowed = maximum == long.MaxValue ? $"at least {minimum}" : $"from {minimum} to {maximum}";
            throw OutOfRange(option, Text(value), allowed, example);
        }
    }

    private static void RequirePositive(string option, double value, string example)
    {
        if (!(value > 0 && double.IsFinite(value)))
        {
            throw OutOfRange(option, Text(value), "above 0", example);
        }
    }

    private static void RequireAtLeastZero(string option, double value, string example)
    {
        if (!(value >= 0 && double.IsFinite(value)))
        {
            throw OutOfRange(option, Text(value), "at least 0", example);
        }
    }

    private static void RequireShare(string option, double value, string example)
    {
        if (value is not (>= 0 and < 1))
        {
            throw OutOfRange(option, Text(value), "at least 0 and below 1", example);
        }
    }

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);

    private static ExperimentException OutOfRange(string option, string value, string allowed, string example) =>
        new($"{option} must be {allowed}, got {value}.", $"{option} {example}");
}
