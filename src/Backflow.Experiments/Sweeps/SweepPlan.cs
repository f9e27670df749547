using System.Collections.Immutable;
using Backflow.Experiments.Recording;
using Backflow.Telemetry;
using Backflow.Training;

namespace Backflow.Experiments.Sweeps;

/// <summary>The trainings that a definition comes to, checked before the first of them begins.</summary>
public sealed class SweepPlan
{
    /// <summary>The most trainings of a sweep.</summary>
    public const int MostMembers = 10_000;

    private const string Trainings = "Trainings";

    /// <summary>Works out and checks what a definition trains.</summary>
    /// <param name="definition">What was asked for.</param>
    /// <exception cref="ExperimentException">It asks for something that cannot be trained or compared.</exception>
    public SweepPlan(SweepDefinition definition)
    {
        Definition = definition;
        Rungs = new SweepRungs(definition.Rungs, definition.Factor);
        SweptOptions.Check(definition);
        Options = [.. definition.Grid.Select(static axis => axis.Option),
            .. definition.Random.Select(static range => range.Option)];
        RequireFew(definition);
        (Points, Design) = Expand(definition);
        Members =
        [
            .. Points.SelectMany(point => definition.Seeds.Select(seed => (point, seed)))
                .Select(static (one, i) => new SweepMember(i + 1, one.point, one.seed)),
        ];
        RequireEffect();
        RequireAllowed();
        RequireComparable();
    }

    /// <summary>What was asked for.</summary>
    public SweepDefinition Definition { get; }

    /// <summary>The swept options: those of the grid, then those that are drawn.</summary>
    public ImmutableArray<string> Options { get; }

    /// <summary>Every training that differs from the others in more than the seed.</summary>
    public ImmutableArray<SweepPoint> Points { get; }

    /// <summary>Every training, in the order in which they are begun.</summary>
    public ImmutableArray<SweepMember> Members { get; }

    /// <summary>Every combination that the definition asks for.</summary>
    internal ImmutableArray<DesignRow> Design { get; }

    internal SweepRungs Rungs { get; }

    /// <summary>A point in words.</summary>
    /// <param name="point">A point of this plan.</param>
    /// <returns>Such as "cell gru, lag 50".</returns>
    public string Describe(SweepPoint point)
    {
        string[] words =
        [
            .. Options.Zip(point.Values).Where(static pair => pair.Second is not null)
                .Select(static pair => $"{pair.First} {pair.Second}"),
        ];
        return words.Length == 0 ? "the fixed settings" : string.Join(", ", words);
    }

    private static void RequireFew(SweepDefinition definition)
    {
        double members = definition.Grid.Aggregate(
            1.0, static (count, axis) => count * axis.Values.Length)
            * definition.Samples * definition.Seeds.Length;
        if (members > MostMembers)
        {
            throw new ExperimentException(
                $"The sweep has {NumberText.Count(members)} trainings, and at most {NumberText.Count(MostMembers)} are "
                    + "allowed.",
                $"Draw values with {nameof(definition.Random):setting} and few {nameof(definition.Samples):setting}, "
                    + $"or shorten a list.");
        }
    }

    private static (ImmutableArray<SweepPoint> Points, ImmutableArray<DesignRow> Design) Expand(
        SweepDefinition definition)
    {
        TrainingOption[] rows =
        [
            .. definition.Grid.Select(static axis => axis.Option)
                .Concat(definition.Random.Select(static range => range.Option))
                .Select(static name => TrainingOptions.Named(name)!),
        ];
        List<SweepPoint> points = [];
        List<DesignRow> design = [];
        Dictionary<string, int> known = new(StringComparer.Ordinal);
        foreach (ImmutableArray<string> values in Combinations(definition))
        {
            TrainingConfiguration configuration = Configure(definition.Fixed, rows, values);
            string identity = LeftRun.Identity(configuration);
            if (!known.TryGetValue(identity, out int point))
            {
                point = points.Count;
                known.Add(identity, point);
                points.Add(new SweepPoint(
                    point,
                    [
                        .. rows.Zip(values, (row, value) =>
                            TrainingOptions.WhyIdle(row, configuration) is null ? value : null),
                    ],
                    configuration));
            }

            design.Add(new DesignRow(values, point));
        }

        return ([.. points], [.. design]);
    }

    // Each draw is joined with every combination of the grid, so that both can be judged apart.
    private static IEnumerable<ImmutableArray<string>> Combinations(SweepDefinition definition)
    {
        IEnumerable<ImmutableArray<string>> grid = [[]];
        foreach (SweptValues axis in definition.Grid)
        {
            grid = grid.SelectMany(_ => axis.Values, static (values, value) => values.Add(value));
        }

        ImmutableArray<string>[] combinations = [.. grid];
        return Enumerable.Range(0, definition.Samples).SelectMany(sample => combinations.Select(values =>
            values.AddRange(definition.Random.Select(
                range => SweptDraws.Draw(range, definition.Fixed.Seed, sample)))));
    }

    private static TrainingConfiguration Configure(
        TrainingConfiguration common, TrainingOption[] rows, ImmutableArray<string> values)
    {
        TrainingConfiguration configuration = TrainingOptions.With(
            common, [.. rows.Zip(values, static (row, value) => new Setting(row.Property, value))]);
        TrainingConfiguration defaults = TrainingOptions.DefaultsOf(common.Task);
        foreach (TrainingOption row in rows.Where(row => TrainingOptions.WhyIdle(row, configuration) is not null))
        {
            configuration = row.With(configuration, row.ValueIn(defaults));
        }

        return configuration with { Threads = 1 };
    }

    private void RequireAllowed()
    {
        if (Definition.MostTrainings is int most && Members.Length > most)
        {
            throw new ExperimentException(
                $"The sweep has {NumberText.Count(Members.Length)} trainings, and its budget allows "
                    + $"{NumberText.Count(most)}.",
                $"Allow {NumberText.Count(Members.Length)} {Trainings:setting}, or shorten a list, or take fewer "
                    + $"{nameof(Definition.Seeds):setting}.");
        }

        if (Members.Length < 2)
        {
            throw new ExperimentException(
                "A sweep needs two trainings that differ: nothing varies here.",
                new Setting(nameof(Definition.Seeds), "5"));
        }

        foreach (SweepPoint point in Points)
        {
            try
            {
                TrainingOptions.Validate(point.Configuration);
            }
            catch (ExperimentException refused)
            {
                throw new ExperimentException(
                    $"The combination {Describe(point)} cannot be trained: {refused.SaidMessage}",
                    $"Leave out one of its values, or change the fixed settings.",
                    refused);
            }
        }
    }

    private void RequireEffect()
    {
        foreach (string option in Options)
        {
            if (TrainingOptions.WhyIdle(
                TrainingOptions.Named(option)!, [.. Points.Select(static point => point.Configuration)])
                is Sentence why)
            {
                throw new ExperimentException(why, $"Leave {option} out of the sweep.");
            }
        }
    }

    private void RequireComparable()
    {
        foreach (SweepPoint point in Points)
        {
            if (Definition.Metric.WhyNever(point.Configuration) is Sentence why)
            {
                throw new ExperimentException(
                    $"{nameof(Definition.Metric):setting} {Definition.Metric.Name} is never recorded: {why}",
                    new Setting(nameof(Definition.Metric), SweepMetric.Usual.Name));
            }

            long steps = point.Configuration.Steps;
            if (point.Configuration.Epochs is null && !Rungs.Fit(steps))
            {
                throw new ExperimentException(
                    $"{nameof(Definition.Rungs):setting} {Rungs.Count} and {nameof(Definition.Factor):setting} "
                        + $"{Rungs.Factor} do not fit {NumberText.Count(steps)} steps: two rungs are the same step.",
                    $"Train more {nameof(point.Configuration.Steps):setting}, or take fewer "
                        + $"{nameof(Definition.Rungs):setting}.");
            }
        }
    }
}
