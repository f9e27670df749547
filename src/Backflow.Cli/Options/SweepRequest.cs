using System.Collections.Immutable;
using Backflow.Experiments.Sweeps;
using Backflow.Training;

namespace Backflow.Cli.Options;

/// <summary>What a file or the command line says of a sweep, before the fixed settings are known.</summary>
internal sealed record SweepRequest
{
    /// <summary>The sweep's name; null for none.</summary>
    public string? Name { get; init; }

    /// <summary>The fixed settings of a file.</summary>
    public ImmutableArray<ConfigurationFile.Entry> Fixed { get; init; } = [];

    /// <summary>Options with their values.</summary>
    public ImmutableArray<SweptValues> Grid { get; init; } = [];

    /// <summary>Options with the ranges of their values.</summary>
    public ImmutableArray<SweptRange> Random { get; init; } = [];

    /// <summary>How many values are drawn; null for the usual number.</summary>
    public int? Samples { get; init; }

    /// <summary>How many seeds, or which; null for one.</summary>
    public SweepSeeds? Seeds { get; init; }

    /// <summary>The metric; null for the usual one.</summary>
    public string? Metric { get; init; }

    /// <summary>Whether more of the metric is better; null for what is known of it.</summary>
    public bool? IsMaximised { get; init; }

    /// <summary>Rungs of successive halving; null for none.</summary>
    public int? Rungs { get; init; }

    /// <summary>By what points are divided; null for the usual factor.</summary>
    public double? Factor { get; init; }

    /// <summary>The most trainings; null for no limit.</summary>
    public int? MostTrainings { get; init; }

    /// <summary>The most minutes of a process; null for no limit.</summary>
    public double? Minutes { get; init; }

    /// <summary>This request, and what another one says on top of it.</summary>
    /// <param name="over">What the command line says: it wins over a file.</param>
    /// <returns>Both.</returns>
    public SweepRequest With(SweepRequest over)
    {
        HashSet<string> swept =
        [
            .. over.Grid.Select(static axis => axis.Option), .. over.Random.Select(static range => range.Option),
        ];
        return new SweepRequest
        {
            Name = over.Name ?? Name,
            Fixed = Fixed,
            Grid = [.. Grid.Where(axis => !swept.Contains(axis.Option)), .. over.Grid],
            Random = [.. Random.Where(range => !swept.Contains(range.Option)), .. over.Random],
            Samples = over.Samples ?? Samples,
            Seeds = over.Seeds ?? Seeds,
            Metric = over.Metric ?? Metric,
            IsMaximised = over.IsMaximised ?? IsMaximised,
            Rungs = over.Rungs ?? Rungs,
            Factor = over.Factor ?? Factor,
            MostTrainings = over.MostTrainings ?? MostTrainings,
            Minutes = over.Minutes ?? Minutes,
        };
    }

    /// <summary>The definition.</summary>
    /// <param name="common">What all trainings have in common.</param>
    /// <exception cref="ExperimentException">A setting of the sweep has no effect, or names no metric.</exception>
    public SweepDefinition Define(TrainingConfiguration common)
    {
        RequireUse(Samples is not null && Random.IsEmpty, nameof(Samples), nameof(Random));
        RequireUse(Factor is not null && Rungs is null, nameof(Factor), nameof(Rungs));
        ImmutableArray<ulong> seeds = (Seeds ?? new SweepSeeds(1, [])).From(common.Seed);
        return new SweepDefinition
        {
            Fixed = common with { Threads = 1 },
            Grid = Grid,
            Random = Random,
            Samples = Random.IsEmpty ? 1 : Samples ?? SamplesOf(seeds.Length),
            Seeds = seeds,
            Metric = SweepMetric.Of(Metric ?? SweepMetric.Usual.Name, IsMaximised),
            Rungs = Rungs ?? 1,
            Factor = Factor ?? SweepDefinition.UsualFactor,
            MostTrainings = MostTrainings,
            Minutes = Minutes,
        };
    }

    // A budget of trainings says how many values are drawn, where nothing else does.
    private int SamplesOf(int seeds)
    {
        double perSample = Grid.Aggregate((double)seeds, static (count, axis) => count * axis.Values.Length);
        return MostTrainings is int most
            ? Math.Max(1, (int)(most / perSample)) : SweepDefinition.UsualSamples;
    }

    private static void RequireUse(bool isIdle, string setting, string needed)
    {
        if (isIdle)
        {
            throw new ExperimentException(
                $"{setting:setting} has no effect without {needed:setting}.", $"Leave out {setting:setting}.");
        }
    }
}

/// <summary>The seeds of a sweep: how many, or which.</summary>
/// <param name="Count">How many, from the first seed on, where they are not listed.</param>
/// <param name="Listed">Which; empty for a count.</param>
internal sealed record SweepSeeds(int Count, ImmutableArray<ulong> Listed)
{
    private const int Most = 10_000;

    /// <summary>What is allowed, as a part of a sentence.</summary>
    public const string Words = "a number of seeds from 1 to 10000, or seeds with commas";

    /// <summary>Reads a text such as 5 or 1,2,7.</summary>
    /// <returns>The seeds; null where the text is none.</returns>
    public static SweepSeeds? TryRead(string text)
    {
        string[] parts = text.Split(',', StringSplitOptions.TrimEntries);
        return parts.Length > 1 ? TryReadList(parts)
            : ValueRule.Whole<int>(1, "5", Most).TryRead(text, out object count, out _)
            ? new SweepSeeds((int)count, [])
            : null;
    }

    /// <summary>Reads seeds, each by itself.</summary>
    /// <returns>The seeds; null where there is none, or one is no seed.</returns>
    public static SweepSeeds? TryReadList(string[] parts)
    {
        ValueRule seed = ValueRule.Whole<ulong>(0, "1");
        List<ulong> listed = [];
        foreach (string part in parts)
        {
            if (!seed.TryRead(part, out object value, out _))
            {
                return null;
            }

            listed.Add((ulong)value);
        }

        return listed.Count == 0 ? null : new SweepSeeds(listed.Count, [.. listed]);
    }

    /// <summary>The seeds.</summary>
    /// <param name="first">The first one, where they are counted.</param>
    public ImmutableArray<ulong> From(ulong first) =>
        Listed.IsEmpty ? [.. Enumerable.Range(0, Count).Select(i => first + (ulong)i)] : Listed;
}
