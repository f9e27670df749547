using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Backflow.Runs.Columns;
using Backflow.Telemetry;
using Backflow.Training;
using Backflow.Training.Recording;

namespace Backflow.Experiments.Sweeps;

/// <summary>The number by which points of a sweep are compared: a scalar that a run records.</summary>
/// <param name="Name">The column's name, such as validation-loss or spectral-radius:0.</param>
/// <param name="IsMaximised">Whether more of it is better.</param>
public sealed record SweepMetric(string Name, bool IsMaximised)
{
    private static readonly ImmutableArray<SweepMetric> Known =
    [
        new(TrainingMetrics.ValidationLoss, false),
        new(TrainingMetrics.ValidationSuccess, true),
        new(TrainingMetrics.TrainingLoss, false),
        new(EffectiveContext.MetricName, true),
        new(GradientReach.MetricName, true),
    ];

    /// <summary>The metric where nothing is said.</summary>
    public static SweepMetric Usual => Known[0];

    /// <summary>The metrics whose better direction is known.</summary>
    public static ImmutableArray<string> KnownNames => [.. Known.Select(static metric => metric.Name)];

    /// <summary>The metric in words.</summary>
    [JsonIgnore]
    public string Words => Name.Replace('-', ' ');

    /// <summary>Finds a metric.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="isMaximised">Whether more of it is better; null for what is known of it.</param>
    /// <returns>The metric.</returns>
    /// <exception cref="ExperimentException">No run records it, or its direction is not known.</exception>
    public static SweepMetric Of(string name, bool? isMaximised)
    {
        if (Known.FirstOrDefault(metric => metric.Name == name) is SweepMetric known)
        {
            return known with { IsMaximised = isMaximised ?? known.IsMaximised };
        }

        string recorded = MetricColumn.MetricOf(name);
        if (!MetricRegistry.All.Any(metric => metric.Name == recorded && metric.Kind == ColumnKind.Scalar))
        {
            throw new ExperimentException(
                $"{nameof(SweepDefinition.Metric):setting} must be one of {string.Join(", ", KnownNames)}, or the "
                    + $"column of another scalar metric, got '{name}'.",
                new Setting(nameof(SweepDefinition.Metric), Usual.Name));
        }

        return new SweepMetric(name, isMaximised ?? throw new ExperimentException(
            $"{nameof(SweepDefinition.Metric):setting} {name} needs a {"Direction":setting}: whether more of it is "
                + $"better is not known.",
            new Setting("Direction", "min")));
    }

    /// <summary>Why trainings of a configuration never record it; null where they do.</summary>
    /// <param name="configuration">A configuration of the sweep.</param>
    internal Sentence? WhyNever(TrainingConfiguration configuration) => Name switch
    {
        TrainingMetrics.ValidationSuccess when configuration.Task is null =>
            (Sentence)"only a task has a share of successes, and this is text.",
        EffectiveContext.MetricName or GradientReach.MetricName when ReachRecorder.IntervalOf(configuration) == 0 =>
            WithoutReach(nameof(configuration.Telemetry), nameof(configuration.ReachInterval)),
        _ => null,
    };

    /// <summary>Reads it of a run.</summary>
    /// <param name="reader">The run.</param>
    /// <param name="step">The step at which points are compared.</param>
    /// <returns>The newest value up to that step; null where there is none, or it is not finite.</returns>
    internal double? At(RunReader reader, long step)
    {
        double? value = Newest(reader, Name, step);

        // A gradient that grows reaches everything and brings nothing.
        bool grows = Name == GradientReach.MetricName
            && Newest(reader, GradientReach.GrowthMetricName, step) > 1;
        return value is double number && double.IsFinite(number) && !grows ? value : null;
    }

    private static Sentence WithoutReach(string telemetry, string interval) =>
        $"{telemetry:setting} off or {interval:setting} 0 forbids it.";

    private static double? Newest(RunReader reader, string column, long step)
    {
        // Of a column with a value per step only one is read.
        ScalarSeries at = reader.Scalars(column, StepRange.At(step));
        at = at.Count > 0 ? at : reader.Scalars(column, new StepRange(0, step));
        return at.Count > 0 ? at.Values[^1] : null;
    }
}
