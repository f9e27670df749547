using System.CommandLine;
using Backflow.Experiments.Sweeps;
using Backflow.Runs;
using Backflow.Training;

namespace Backflow.Cli.Options;

/// <summary>The options that say what a sweep varies, and the plan that they make with those of a training.</summary>
internal sealed class SweepArguments
{
    /// <summary>The scale on which each decade is drawn as often as any other.</summary>
    public const string Logarithmic = "log";

    /// <summary>The scale on which each interval of one length is.</summary>
    public const string Linear = "linear";

    /// <summary>More of the metric is better.</summary>
    public const string Most = "max";

    private const string Least = "min";
    private const string Heading = "What varies";
    private const string HowJudged = "How it is judged and when it ends";
    private const string Grid = "Grid";
    private const string Random = "Random";
    private const int MostRungs = 20;

    /// <summary>A month.</summary>
    private const int MostMinutes = 43_200;

    private readonly RepeatedOption _grid = new("grid", "cell=rnn,lstm", "OPTION=VALUES")
    {
        Description = "Train with each of these values of an option of train, with commas; every combination of "
            + "several such lists is a point. May be given again.",
        Group = Heading,
    };

    private readonly RepeatedOption _random = new("random", "learning-rate=1e-4..1e-1:log", "OPTION=MIN..MAX")
    {
        Description = "Draw values of an option of train from this range; :log behind it draws each decade as often, "
            + "and :linear is what is done without. May be given again.",
        Group = Heading,
    };

    private readonly ValueOption<int?> _samples = new(
        "samples", ValueRule.Whole<int>(1, "20", SweepPlan.MostMembers), "N")
    {
        Description = "How many values are drawn, each joined with every combination of the grid. [default: "
            + "10, or what the trainings of the budget allow]",
        Group = Heading,
    };

    private readonly ValueOption<string?> _seeds = new(
        "seeds", ValueRule.Form(SweepSeeds.Words, static text => SweepSeeds.TryRead(text) is not null, "5"), "SEEDS")
    {
        Description = "How many seeds each point is trained from, or which, such as 1,2,7. [default: 1]",
        Group = Heading,
    };

    private readonly ValueOption<string?> _metric = new("metric", ValueRule.Text(SweepMetric.Usual.Name), "NAME")
    {
        Description = $"What points are compared by: {string.Join(", ", SweepMetric.KnownNames)}, or the column of "
            + $"another scalar metric with its direction. [default: {SweepMetric.Usual.Name}]",
        Group = HowJudged,
    };

    private readonly ValueOption<string?> _direction = new("direction", Directions, "NAME")
    {
        Description = "Whether the least or the most of the metric is best: min or max. [default: what is known of it]",
        Group = HowJudged,
    };

    private readonly ValueOption<int?> _rungs = new("rungs", RungCounts, "N")
    {
        Description = "Stop points early by successive halving: compare them N times, the end included. [default: 1]",
        Group = HowJudged,
    };

    private readonly ValueOption<double?> _factor = new("factor", Factors, "FACTOR")
    {
        Description = "At each rung the best 1/FACTOR of the points go on, to FACTOR times as many steps. [default: 3]",
        Group = HowJudged,
    };

    private readonly ValueOption<int?> _trainings = new(
        "trainings", ValueRule.Whole<int>(1, "50", SweepPlan.MostMembers), "N")
    {
        Description = "The most trainings; a grid that needs more is refused, and fewer values are drawn.",
        Group = HowJudged,
    };

    private readonly ValueOption<double?> _minutes = new(
        "minutes", MinuteCounts, "MINUTES")
    {
        Description = "End after this time with checkpoints, to be gone on with.",
        Group = HowJudged,
    };

    private readonly TrainingArguments _training = new();

    private readonly Argument<string?> _file = new("FILE")
    {
        Description = "A TOML file with the sweep; options on the command line win.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly ValueOption<string?> _name = StoreOption.CreateName(
        "lags",
        "A name for the sweep; its runs are called NAME-001 and so on. [default: that of the file, or sweep-0001 and "
        + "so on]");

    /// <summary>What a name is.</summary>
    public static ValueRule Names { get; } = StoreOption.Names("lags");

    /// <summary>Which way is better.</summary>
    public static ValueRule Directions { get; } = ValueRule.OneOf([Least, Most], Most);

    /// <summary>How values are drawn.</summary>
    public static ValueRule Scales { get; } = ValueRule.OneOf([Logarithmic, Linear], Logarithmic);

    /// <summary>How often points are compared.</summary>
    public static ValueRule RungCounts { get; } = ValueRule.Whole<int>(1, "3", MostRungs);

    /// <summary>What points are divided by.</summary>
    public static ValueRule Factors { get; } =
        ValueRule.Real(new OptionRange(1, 1000, ExcludesLeast: true), "3");

    /// <summary>How long a process may be at work.</summary>
    public static ValueRule MinuteCounts { get; } =
        ValueRule.Real(new OptionRange(0, MostMinutes, ExcludesLeast: true), "30");

    /// <summary>Adds all options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(_file);
        foreach (Option option in (ReadOnlySpan<Option>)
            [_grid, _random, _samples, _seeds, _metric, _direction, _rungs, _factor, _trainings, _minutes])
        {
            command.Options.Add(option);
        }

        _training.AddTo(command, static row => row.IsOfTheMachine, withFile: false);
        command.Options.Add(_name);
    }

    /// <summary>The name of the sweep that was asked for; null for a new one with a number.</summary>
    public string? NameOf(ParseResult parsed) => Request(parsed).Name;

    /// <summary>The trainings that were asked for, checked.</summary>
    /// <exception cref="ExperimentException">Something cannot be trained, or has no effect.</exception>
    public SweepPlan Read(ParseResult parsed)
    {
        SweepRequest request = Request(parsed);
        SweepPlan? plan = null;
        _ = _training.ReadChecked(
            parsed,
            common =>
            {
                RequireOnce(parsed, request);
                plan = new SweepPlan(request.Define(common));
                return [.. plan.Points.Select(static point => point.Configuration)];
            },
            entries: request.Fixed);
        return plan!;
    }

    private SweepRequest Request(ParseResult parsed)
    {
        string? path = parsed.GetValue(_file);
        SweepRequest file = path is null ? new SweepRequest() : SweepFile.Read(path);
        SweepRequest named = path is not null && file.Name is null
            && Path.GetFileNameWithoutExtension(path) is string stem && RunStore.IsName(stem)
                ? file with { Name = stem } : file;
        if (named.Fixed.FirstOrDefault(static entry => entry.Row.IsOfTheMachine) is ConfigurationFile.Entry machine)
        {
            throw new ExperimentException(
                $"{path}: {machine.Row.Name} has no effect: each training of a sweep has one thread.",
                $"Leave it out; {"Parallel":setting} says how many are trained at once.");
        }

        return named.With(new SweepRequest
        {
            Name = parsed.GetValue(_name),
            Grid = [.. (parsed.GetValue(_grid) ?? []).Select(ValuesOf)],
            Random = [.. (parsed.GetValue(_random) ?? []).Select(RangeOf)],
            Samples = parsed.GetValue(_samples),
            Seeds = parsed.GetValue(_seeds) is string seeds ? SweepSeeds.TryRead(seeds) : null,
            Metric = parsed.GetValue(_metric),
            IsMaximised = parsed.GetValue(_direction) is string direction ? direction == Most : null,
            Rungs = parsed.GetValue(_rungs),
            Factor = parsed.GetValue(_factor),
            MostTrainings = parsed.GetValue(_trainings),
            Minutes = parsed.GetValue(_minutes),
        });
    }

    private void RequireOnce(ParseResult parsed, SweepRequest request)
    {
        HashSet<string> given = [.. _training.Given(parsed)];
        foreach (TrainingOption row in request.Grid.Select(static axis => axis.Option)
            .Concat(request.Random.Select(static range => range.Option))
            .Select(TrainingOptions.Named)
            .OfType<TrainingOption>())
        {
            if (given.Contains(OptionNames.Dashed(row.Name)) || request.Fixed.Any(entry => entry.Row == row))
            {
                throw new ExperimentException(
                    $"{row.Property:setting} has a fixed value and is swept.", "Leave one of them out.");
            }
        }
    }

    private static SweptValues ValuesOf(string text)
    {
        (TrainingOption row, string values) = Split(text, Grid, "OPTION=VALUE,VALUE", "cell=rnn,lstm");
        return new SweptValues(
            row.Name, [.. values.Split(',', StringSplitOptions.TrimEntries)]);
    }

    private static SweptRange RangeOf(string text)
    {
        const string Form = "OPTION=MIN..MAX, with :log or :linear behind it";
        const string Example = "learning-rate=1e-4..1e-1:log";
        (TrainingOption row, string range) = Split(text, Random, Form, Example);
        string[] parts = range.Split(':');
        string[] ends = parts[0].Split("..");
        ValueRule real = ValueRule.Real(OptionRange.Finite, "0.1");
        return parts.Length <= 2 && ends.Length == 2
            && real.TryRead(ends[0], out object least, out _) && real.TryRead(ends[1], out object most, out _)
            && (parts.Length == 1 || parts[1] is Logarithmic or Linear)
                ? new SweptRange(
                    row.Name, (double)least, (double)most, parts is [_, Logarithmic])
                : throw Misfit(Random, Form, text, Example);
    }

    private static (TrainingOption Row, string Values) Split(string text, string setting, string form, string example)
    {
        string[] parts = text.Split('=', 2);
        return parts is [{ Length: > 0 } name, { Length: > 0 } rest]
            ? (ConfigurationFile.RowOf(name, OptionNames.OfProperty(setting)), rest)
            : throw Misfit(setting, form, text, example);
    }

    private static ExperimentException Misfit(string setting, string form, string text, string example) => new(
        $"{setting:setting} must be {form}, got '{text}'.", $"Write, for example, {setting:setting} {example}.");
}
