using System.Collections.Immutable;
using System.CommandLine;
using Backflow.Training;

namespace Backflow.Cli.Options;

/// <summary>The options of a command that trains, and the configuration that they make.</summary>
internal sealed class TrainingArguments
{
    private const string Text = "text";
    private const string Sentences = "sentences";

    private readonly ImmutableArray<RowOption> _rows =
        [.. TrainingOptions.All.Select(static row => new RowOption(row))];

    private readonly ValueOption<string?> _file = new("config", ValueRule.Path("training.toml"), "FILE")
    {
        Description = "Read options from this TOML file, such as one that --print-config has made; options on the "
            + "command line win.",
    };

    private readonly Option<bool> _print = new("--print-config")
    {
        Description = "Print the configuration as TOML and train nothing.",
    };

    /// <summary>Where it is said that an option has no effect.</summary>
    public TextWriter Warnings { get; init; } = Console.Error;

    /// <summary>Adds all options to a command.</summary>
    /// <param name="command">A command that trains, or diagnoses what would be trained.</param>
    /// <param name="isLeftOut">The rows that the user has no choice in; null for none.</param>
    /// <param name="withFile">Whether options may come from a file, and be printed as one.</param>
    public void AddTo(Command command, Func<TrainingOption, bool>? isLeftOut = null, bool withFile = true)
    {
        foreach (RowOption option in _rows.Where(option => isLeftOut?.Invoke(option.Row) != true))
        {
            command.Options.Add(option);
        }

        if (withFile)
        {
            command.Options.Add(_file);
            command.Options.Add(_print);
        }
    }

    /// <summary>Says what a command does without an option, where that is not what a training does.</summary>
    /// <param name="property">A property of the configuration.</param>
    /// <param name="words">What its help says of it.</param>
    public void SayDefault(string property, string words) =>
        _rows.Single(option => option.Row.Property == property).OwnDefaultWords = words;

    /// <summary>The options that were given.</summary>
    public IEnumerable<string> Given(ParseResult parsed) => _rows
        .Where(option => option.IsGiven(parsed))
        .Select(static option => option.Name)
        .Concat(parsed.GetValue(_file) is null ? [] : [_file.Name])
        .Concat(Prints(parsed) ? [_print.Name] : []);

    /// <summary>Whether the configuration is to be printed and not trained.</summary>
    public bool Prints(ParseResult parsed) => parsed.GetValue(_print);

    /// <summary>The configuration that was asked for; its ranges are not checked here.</summary>
    /// <remarks>What was given neither here nor in a file has the default of the task, where there is one.</remarks>
    /// <param name="parsed">The command line.</param>
    public TrainingConfiguration Read(ParseResult parsed) => Read(parsed, FileOf(parsed));

    /// <summary>The configuration that was asked for, checked: what has no effect is refused or named.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="networks">The configurations of all networks that the command trains; null for one as it
    /// is.</param>
    /// <param name="whyUnused">Why the command makes no use of an option that a training reads; null for a command that
    /// trains.</param>
    /// <param name="entries">Options of a file that the command has read; null for those of --config.</param>
    public TrainingConfiguration ReadChecked(
        ParseResult parsed,
        Func<TrainingConfiguration, IReadOnlyList<TrainingConfiguration>>? networks = null,
        Func<TrainingOption, Sentence?>? whyUnused = null,
        ImmutableArray<ConfigurationFile.Entry>? entries = null)
    {
        ImmutableArray<ConfigurationFile.Entry> file = entries ?? FileOf(parsed);
        TrainingConfiguration configuration = Read(parsed, file);
        IReadOnlyList<TrainingConfiguration> all = networks?.Invoke(configuration) ?? [configuration];
        foreach (TrainingConfiguration one in all)
        {
            TrainingOptions.Validate(one);
        }

        foreach (RowOption option in _rows)
        {
            bool isGiven = option.IsGiven(parsed) && !IsOff(option.Row, configuration);
            bool isInFile = file.Any(entry => entry.Row == option.Row)
                && TrainingOptions.IsChanged(configuration, option.Row);
            if (!isGiven && !isInFile)
            {
                continue;
            }

            if (TrainingOptions.WhyIdle(option.Row, all) is Sentence why)
            {
                Say(option, why, isRefused: isGiven && option.Row.IsRefusedWhenIdle);
            }
            else if (isGiven && !Prints(parsed) && whyUnused?.Invoke(option.Row) is Sentence unused)
            {
                Say(option, unused, isRefused: false);
            }
        }

        return configuration;
    }

    private TrainingConfiguration Read(ParseResult parsed, ImmutableArray<ConfigurationFile.Entry> file)
    {
        string? task = TaskOf(parsed, file);
        TrainingConfiguration configuration =
            TrainingOptions.DefaultsOf(task) with { Threads = Environment.ProcessorCount };
        bool givesLength = IsGiven(parsed, nameof(configuration.Steps))
            || IsGiven(parsed, nameof(configuration.Epochs));
        foreach (RowOption option in _rows)
        {
            TrainingOption row = option.Row;
            if (row.Property == nameof(configuration.Task))
            {
                continue;
            }

            // Steps on the command line replace the epochs of a file, and the other way round.
            bool isReplaced = givesLength
                && row.Property is nameof(configuration.Steps) or nameof(configuration.Epochs);
            if (file.FirstOrDefault(entry => entry.Row == row) is ConfigurationFile.Entry entry && !isReplaced)
            {
                configuration = row.With(configuration, entry.Value);
            }

            if (option.IsGiven(parsed))
            {
                configuration = row.With(configuration, row.Values.Type == typeof(bool) ? true
                    : parsed.GetValue(option));
            }
        }

        return configuration.TextPath is string path
            ? configuration with { TextPath = Path.GetFullPath(path) }
            : configuration;
    }

    // "text" and "sentences" are tasks by name, and what --text decides.
    private string? TaskOf(ParseResult parsed, ImmutableArray<ConfigurationFile.Entry> file)
    {
        RowOption option = _rows.First(static option => option.Row.Property == nameof(TrainingConfiguration.Task));
        string? name = option.IsGiven(parsed)
            ? (string?)parsed.GetValue(option)
            : file.FirstOrDefault(entry => entry.Row == option.Row)?.Value as string;
        bool hasText = IsGiven(parsed, nameof(TrainingConfiguration.TextPath))
            || file.Any(static entry => entry.Row.Property == nameof(TrainingConfiguration.TextPath));
        return name switch
        {
            Text when !hasText => throw new ExperimentException(
                $"{option.Row.Property:setting} text needs a file.",
                new Telemetry.Setting(nameof(TrainingConfiguration.TextPath), "book.txt")),
            Sentences when hasText => throw new ExperimentException(
                $"{option.Row.Property:setting} sentences makes its own text and takes no "
                    + $"{nameof(TrainingConfiguration.TextPath):setting}.",
                $"Leave out {option.Row.Property:setting}."),
            Text or Sentences => null,
            _ => name,
        };
    }

    private ImmutableArray<ConfigurationFile.Entry> FileOf(ParseResult parsed) =>
        parsed.GetValue(_file) is string path ? ConfigurationFile.Read(path) : [];

    private bool IsGiven(ParseResult parsed, string property) =>
        _rows.First(option => option.Row.Property == property).IsGiven(parsed);

    // 0 and nothing ask for nothing.
    private static bool IsOff(TrainingOption row, TrainingConfiguration configuration) =>
        row.Values.Range is not null && row.TextsIn(configuration) is ["0"];

    private void Say(RowOption option, Sentence why, bool isRefused)
    {
        if (isRefused)
        {
            throw new ExperimentException(why, $"Leave out {option.Row.Property:setting}.");
        }

        Warnings.WriteLine($"warning: {why.Say(OptionNames.OfProperty)}");
    }
}
