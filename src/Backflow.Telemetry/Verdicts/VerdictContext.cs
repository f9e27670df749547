using System.Collections.Immutable;
using System.Globalization;
using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>What rules know about the run that they judge.</summary>
public sealed record VerdictContext
{
    /// <summary>The cell of every layer.</summary>
    public required ImmutableArray<CellDescription> Cells { get; init; }

    /// <summary>Timesteps of a sequence, T.</summary>
    public required int SequenceLength { get; init; }

    /// <summary>The longest way from an input to the answer that needs it, in timesteps; null where it is
    /// unknown.</summary>
    public int? DependencyLength { get; init; }

    /// <summary>The least loss of a model without memory; null where it is unknown.</summary>
    public double? MemorylessLoss { get; init; }

    /// <summary>Whether every timestep has a loss, and not the last alone.</summary>
    public bool HasLossAtEveryTimestep { get; init; }

    /// <summary>The peak learning rate.</summary>
    public double LearningRate { get; init; } = 0.003;

    /// <summary>The largest norm of the gradient; 0 for no limit.</summary>
    public double ClipNorm { get; init; }

    /// <summary>The largest magnitude of a gradient's element; 0 for no limit.</summary>
    public double ClipValue { get; init; }

    /// <summary>Whether a window of a text begins with the state that the one before it ended with.</summary>
    public bool CarriesState { get; init; } = true;

    /// <summary>The settings of the run, by property: a remedy that the run has already is not proposed.</summary>
    public ImmutableDictionary<string, string> Settings { get; init; } =
        ImmutableDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>The lag over which a gradient has to live: the dependency, or the whole window.</summary>
    public int Lag => Math.Clamp(DependencyLength ?? (SequenceLength - 1), 0, SequenceLength - 1);

    /// <summary>Whether the optimizer divides a gradient by its own size, so that a limit changes little.</summary>
    internal bool IsAdaptive => Settings.GetValueOrDefault("Optimizer", "adam") != "sgd";

    /// <summary>Whether the run has a setting already.</summary>
    /// <param name="setting">A property and a value that a remedy proposes.</param>
    /// <returns>True where its property is known and has that value.</returns>
    public bool Holds(Setting setting) =>
        Settings.TryGetValue(setting.Property, out string? value) && value == setting.Value;

    /// <summary>The number that a setting has; another where the run does not say it.</summary>
    internal double NumberOf(string property, double otherwise) =>
        Settings.TryGetValue(property, out string? text)
        && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            ? number : otherwise;
}
