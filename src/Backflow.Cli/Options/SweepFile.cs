using System.Collections.Immutable;
using Backflow.Experiments.Sweeps;
using Backflow.Training;
using Tomlyn.Model;

namespace Backflow.Cli.Options;

/// <summary>A sweep as a TOML file: the fixed settings as in a file of options, and what varies in tables.</summary>
internal static class SweepFile
{
    private static readonly ValueRule Whole = ValueRule.Whole<int>(1, "10", SweepPlan.MostMembers);
    private static readonly ValueRule Real = ValueRule.Real(OptionRange.Finite, "0.1");

    private static readonly string[] Tables = ["grid", "random", "halving", "budget"];
    private static readonly string[] Keys = ["name", "metric", "direction", "seeds", "samples"];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ExperimentException">It cannot be read, or says something that no sweep takes.</exception>
    public static SweepRequest Read(string path) => Of(ConfigurationFile.ReadTable(path), path);

    private static SweepRequest Of(TomlTable file, string path)
    {
        TomlTable halving = TableOf(file, "halving", path, "rungs", "factor");
        TomlTable budget = TableOf(file, "budget", path, "trainings", "minutes");
        return new SweepRequest
        {
            Name = TextOf(file, "name", path, SweepArguments.Names),
            Fixed = ConfigurationFile.EntriesOf(
                file.Where(static pair => !Tables.Contains(pair.Key) && !Keys.Contains(pair.Key)), path),
            Grid = [.. TableOf(file, "grid", path).Select(pair => ValuesOf(pair.Key, pair.Value, path))],
            Random = [.. TableOf(file, "random", path).Select(pair => RangeOf(pair.Key, pair.Value, path))],
            Samples = (int?)NumberOf(file, "samples", path, Whole),
            Seeds = SeedsOf(file, path),
            Metric = TextOf(file, "metric", path, ValueRule.Text(SweepMetric.Usual.Name)),
            IsMaximised = TextOf(file, "direction", path, SweepArguments.Directions) is string direction
                ? direction == SweepArguments.Most : null,
            Rungs = (int?)NumberOf(halving, "rungs", path, SweepArguments.RungCounts),
            Factor = (double?)NumberOf(halving, "factor", path, SweepArguments.Factors),
            MostTrainings = (int?)NumberOf(budget, "trainings", path, Whole),
            Minutes = (double?)NumberOf(budget, "minutes", path, SweepArguments.MinuteCounts),
        };
    }

    private static TomlTable TableOf(TomlTable file, string key, string path, params string[] keys)
    {
        if (!file.TryGetValue(key, out object? value))
        {
            return [];
        }

        TomlTable table = value as TomlTable ?? throw new ExperimentException(
            $"{path}: {key} must be a table.", $"Write [{key}] in a line of its own, and its keys below it.");
        return keys.Length == 0 || table.Keys.FirstOrDefault(name => !keys.Contains(name)) is not string unknown
            ? table
            : throw new ExperimentException(
                $"{path}: [{key}] has no {unknown}.", $"It takes {string.Join(" and ", keys)}.");
    }

    private static SweptValues ValuesOf(string key, object value, string path)
    {
        TrainingOption row = ConfigurationFile.RowOf(key, $"{path}, [grid]");
        return value is TomlArray { Count: > 0 } list && list.All(static one => one is not (TomlArray or TomlTable))
            ? new SweptValues(row.Name, [.. list.Select(static one => TextOf(one!))])
            : throw new ExperimentException(
                $"{path}: {key} of [grid] must be a list of values.",
                $"Write, for example, {key} = [{row.Values.Example}].");
    }

    private static SweptRange RangeOf(string key, object value, string path)
    {
        string example = $"Write, for example, {key} = {{ min = 0.001, max = 0.1, scale = \"log\" }}.";
        TrainingOption row = ConfigurationFile.RowOf(key, $"{path}, [random]");
        if (value is not TomlTable range || range.Keys.Any(static name => name is not ("min" or "max" or "scale")))
        {
            throw new ExperimentException(
                $"{path}: {key} of [random] must have min, max and a scale, and nothing else.", example);
        }

        string scale = TextOf(range, "scale", path, SweepArguments.Scales) ?? SweepArguments.Linear;
        return NumberOf(range, "min", path, Real) is double least && NumberOf(range, "max", path, Real) is double most
            ? new SweptRange(row.Name, least, most, scale == SweepArguments.Logarithmic)
            : throw new ExperimentException($"{path}: {key} of [random] needs min and max.", example);
    }

    private static SweepSeeds? SeedsOf(TomlTable file, string path)
    {
        if (!file.TryGetValue("seeds", out object? value))
        {
            return null;
        }

        // A list of one is a seed, and a number is a count.
        string[] listed = value is TomlArray list ? [.. list.Select(static one => TextOf(one!))] : [];
        string text = value is TomlArray ? string.Join(',', listed) : TextOf(value);
        return (value is TomlArray ? SweepSeeds.TryReadList(listed) : SweepSeeds.TryRead(text))
            ?? throw new ExperimentException(
                $"{path}: seeds must be {SweepSeeds.Words}, got '{text}'.",
                "Write: seeds = 5, or seeds = [1, 2, 7].");
    }

    private static string? TextOf(TomlTable table, string key, string path, ValueRule rule)
    {
        if (!table.TryGetValue(key, out object? value))
        {
            return null;
        }

        return value is string text && rule.TryRead(text, out _, out Refusal refusal) ? text
            : throw new ExperimentException(
                $"{path}: {key} must be {rule.Words}, got '{TextOf(value)}'.", $"Write: {key} = \"{rule.Example}\"");
    }

    private static object? NumberOf(TomlTable table, string key, string path, ValueRule rule)
    {
        if (!table.TryGetValue(key, out object? value))
        {
            return null;
        }

        Refusal refusal = new($"must be {rule.Words}", rule.Example);
        return value is long or double && rule.TryRead(TextOf(value), out object number, out refusal) ? number
            : throw new ExperimentException(
                $"{path}: {key} {refusal.Problem}.", $"Write: {key} = {refusal.Suggestion}");
    }

    // Of TOML, true is no text of .NET.
    private static string TextOf(object value) => value is bool truth ? truth ? "true" : "false"
        : ValueRule.TextOf(value);
}
