using System.Collections.Immutable;
using Backflow.Telemetry;
using Backflow.Training;

namespace Backflow.Experiments.Sweeps;

/// <summary>Which options a sweep may vary, and with which values.</summary>
internal static class SweptOptions
{
    /// <summary>Checks what can be said of the swept options alone.</summary>
    /// <param name="definition">What was asked for.</param>
    /// <exception cref="ExperimentException">An option cannot be swept, or a value is none of its values.</exception>
    public static void Check(SweepDefinition definition)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (string option in definition.Grid.Select(static axis => axis.Option)
            .Concat(definition.Random.Select(static range => range.Option)))
        {
            TrainingOption row = RowOf(option);
            if (!seen.Add(row.Name))
            {
                throw new ExperimentException($"{row.Name} is swept twice.", "Put all of its values into one list.");
            }
        }

        foreach (SweptValues axis in definition.Grid)
        {
            CheckValues(RowOf(axis.Option), axis.Values);
        }

        foreach (SweptRange range in definition.Random)
        {
            CheckRange(RowOf(range.Option), range);
        }

        CheckSeeds(definition.Seeds);
    }

    private static TrainingOption RowOf(string option)
    {
        TrainingOption row = TrainingOptions.Named(option)
            ?? throw new ExperimentException(
                $"'{option}' is no option of a training, so it cannot be swept.", "Sweep an option of a training.");
        Sentence? why = row.Property switch
        {
            nameof(TrainingConfiguration.Task) or nameof(TrainingConfiguration.TextPath) =>
                (Sentence)"losses of different data do not compare; make a sweep for each.",
            nameof(TrainingConfiguration.Seed) =>
                (Sentence)$"{nameof(SweepDefinition.Seeds):setting} says from which seeds each point is trained.",
            _ when row.IsOfTheMachine => (Sentence)"it changes no result; each training of a sweep has one thread.",
            _ => null,
        };
        return why is null ? row : throw new ExperimentException(
            $"{row.Name} cannot be swept: {why}", $"Leave {row.Name} out of the sweep.");
    }

    private static void CheckValues(TrainingOption row, ImmutableArray<string> values)
    {
        if (values.IsDefaultOrEmpty)
        {
            throw new ExperimentException(
                $"The grid has no value of {row.Name}.", $"Give it some, such as {row.Values.Example}.");
        }

        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (string value in values)
        {
            TrainingConfiguration with = row.With(new TrainingConfiguration(), Read(row, value));
            if (!seen.Add(string.Join('\n', row.TextsIn(with))))
            {
                throw new ExperimentException(
                    $"The grid has {row.Name} {value} twice.", "Leave one of them out.");
            }
        }
    }

    private static object Read(TrainingOption row, string value)
    {
        try
        {
            return row.Read(value);
        }
        catch (ExperimentException refused)
        {
            throw new ExperimentException(
                $"In the sweep, {refused.SaidMessage.Say(_ => row.Name)}",
                $"Take values such as {refused.Settings[0].Value}.");
        }
    }

    private static void CheckRange(TrainingOption row, SweptRange range)
    {
        if (row.IsList || row.Values.Range is null)
        {
            throw new ExperimentException(
                $"{row.Name} has no numbers to draw from.", $"Sweep it with {nameof(SweepDefinition.Grid):setting}.");
        }

        foreach (double end in (ReadOnlySpan<double>)[range.Least, range.Most])
        {
            _ = Read(row, ValueRule.TextOf(end));
        }

        if (!(range.Least < range.Most))
        {
            throw new ExperimentException(
                $"The range of {row.Name} must rise, got {range.Least} to {range.Most}.",
                "Write the smaller number first.");
        }

        if (range.IsLogarithmic && range.Least <= 0)
        {
            throw new ExperimentException(
                $"The range of {row.Name} must be above 0 on a logarithmic scale, got {range.Least} to {range.Most}.",
                "Begin above 0, or take the linear scale.");
        }
    }

    private static void CheckSeeds(ImmutableArray<ulong> seeds)
    {
        if (seeds.IsEmpty || seeds.Distinct().Count() < seeds.Length)
        {
            throw new ExperimentException(
                $"{nameof(SweepDefinition.Seeds):setting} must be one or more different seeds.",
                new Setting(nameof(SweepDefinition.Seeds), "5"));
        }
    }
}
