using System.Collections.Frozen;
using Backflow.Training;

namespace Backflow.Experiments.Diagnosis;

/// <summary>Which options of a training a diagnosis makes no use of.</summary>
public static class DiagnosisOptions
{
    private const string Budget = "Budget";

    // What the forward and the backward pass before the first step read. All other options are about what follows.
    private static readonly FrozenSet<string> OfTheMeasurement = FrozenSet.Create(
        StringComparer.Ordinal,
        nameof(TrainingConfiguration.Task),
        nameof(TrainingConfiguration.TextPath),
        nameof(TrainingConfiguration.UnknownSymbol),
        nameof(TrainingConfiguration.Cells),
        nameof(TrainingConfiguration.Layers),
        nameof(TrainingConfiguration.HiddenSize),
        nameof(TrainingConfiguration.EmbeddingSize),
        nameof(TrainingConfiguration.Dropout),
        nameof(TrainingConfiguration.Recompute),
        nameof(TrainingConfiguration.SequenceLength),
        nameof(TrainingConfiguration.BatchSize),
        nameof(TrainingConfiguration.CarryState),
        nameof(TrainingConfiguration.Seed),
        nameof(TrainingConfiguration.Initialisation),
        nameof(TrainingConfiguration.Gain),
        nameof(TrainingConfiguration.ForgetBias),
        nameof(TrainingConfiguration.Chrono),
        nameof(TrainingConfiguration.Threads));

    /// <summary>Why a diagnosis of a configuration makes no use of an option.</summary>
    /// <param name="row">The option.</param>
    /// <param name="budget">The time for trials; where it is 0, nothing is trained.</param>
    /// <returns>A sentence; null where the measurement or the trials depend on it.</returns>
    public static Sentence? WhyUnused(TrainingOption row, TimeSpan budget) => row.Property switch
    {
        nameof(TrainingConfiguration.LogInterval) =>
            (Sentence)$"{row.Property:setting} has no effect: a diagnosis prints no line per step.",
        nameof(TrainingConfiguration.OnVerdict) =>
            (Sentence)$"{row.Property:setting} has no effect: a verdict ends no trial.",
        string property when budget <= TimeSpan.Zero && !row.IsOfTasks && !OfTheMeasurement.Contains(property) =>
            (Sentence)$"{row.Property:setting} has no effect: with {Budget:setting} 0 nothing is trained.",
        _ => null,
    };
}
