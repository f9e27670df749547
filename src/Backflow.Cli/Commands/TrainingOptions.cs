using System.Collections.Immutable;
using System.CommandLine;
using Backflow.Training.Recording;
using Backflow.Training.Tasks.Sequences;
using Backflow.Training;
using Backflow.Training.Verdicts;

namespace Backflow.Cli.Commands;

/// <summary>The options of 'backflow train' and the configuration that they make.</summary>
internal sealed class TrainingOptions
{
    private static readonly TrainingConfiguration Defaults = new();

    private readonly Option<string?> _task = new("--task")
    {
        Description = $"What to train on: text, sentences, {string.Join(", ", TaskCatalogue.Names)}. "
            + "[default: sentences, or text with --text]",
        HelpName = "NAME",
    };

    private readonly ImmutableArray<Option<int?>> _taskOptions =
    [
        .. TaskCatalogue.All
            .SelectMany(static task => task.Options)
            .GroupBy(static option => option.Name)
            .Select(static uses => TaskOptionOf(uses.Key)),
    ];

    private readonly Option<string?> _text = new("--text")
    {
        Description = "Train on this UTF-8 file instead of generated sentences.",
        HelpName = "FILE",
    };

    private readonly Option<bool> _unknownSymbol = new("--unknown-symbol")
    {
        Description = "Read characters that the training part lacks as U+FFFD instead of refusing the text.",
    };

    private readonly Option<string> _cell = new("--cell")
    {
        Description = $"The cell: {string.Join(", ", ConfigurationRules.CellNames)}; or one per layer, with commas.",
        DefaultValueFactory = static _ => Defaults.Cells[0],
        HelpName = "NAME",
    };

    private readonly Option<int> _layers = Number("--layers", "Recurrent layers.", Defaults.Layers);
    private readonly Option<int> _hidden = Number("--hidden-size", "Units per layer.", Defaults.HiddenSize, "--hidden");

    private readonly Option<int> _embedding =
        Number("--embedding-size", "Size of a character's vector.", Defaults.EmbeddingSize, "--embedding");

    private readonly Option<int> _sequence = Number(
        "--sequence-length", "Timesteps per window: how far back the gradient goes.", Defaults.SequenceLength, "--seq-len");

    private readonly Option<int> _batch = Number("--batch-size", "Sequences per step.", Defaults.BatchSize, "--batch");
    private readonly Option<long> _steps = Number("--steps", "Steps to train.", Defaults.Steps);

    private readonly Option<double?> _epochs = new("--epochs")
    {
        Description = "Passes over the training part, instead of --steps.",
        HelpName = "N",
    };

    private readonly Option<bool> _noCarry = new("--no-carry-state")
    {
        Description = "Start every window from zero, at a random place, instead of where the last one ended.",
    };

    private readonly Option<string> _optimizer = Choice(
        "--optimizer", "The optimizer", ConfigurationRules.OptimizerNames, Defaults.Optimizer);

    private readonly Option<double> _rate =
        Number("--learning-rate", "The peak learning rate.", Defaults.LearningRate, "--lr");

    private readonly Option<string> _schedule = Choice(
        "--schedule", "The learning-rate schedule", ConfigurationRules.ScheduleNames, Defaults.Schedule);

    private readonly Option<long> _warmUp = Number("--warm-up-steps", "Steps of linear warm-up.", Defaults.WarmUpSteps);

    private readonly Option<long> _decayInterval =
        Number("--decay-interval", "Steps between two decays of the step schedule.", Defaults.DecayInterval);

    private readonly Option<double> _decayFactor =
        Number("--decay-factor", "What a decay of the step schedule multiplies by.", Defaults.DecayFactor);

    private readonly Option<double> _weightDecay = Number("--weight-decay", "Weight decay.", Defaults.WeightDecay);
    private readonly Option<double> _momentum = Number("--momentum", "Momentum of sgd.", Defaults.Momentum);

    private readonly Option<double> _clipNorm =
        Number("--clip-norm", "The largest norm of the gradient; 0 for no limit.", Defaults.ClipNorm, "--clip");

    private readonly Option<double> _clipValue =
        Number("--clip-value", "The largest element of the gradient; 0 for no limit.", Defaults.ClipValue);

    private readonly Option<double> _omega = Number(
        "--omega",
        "How strongly Elman layers are asked to keep the norm of the gradient over time; 0 for not at all, 2 is a start.",
        Defaults.Omega);

    private readonly Option<int> _flossing = Number(
        "--flossing",
        "Lyapunov exponents per layer that are pushed towards 0 before training (gradient flossing); 0 for none, half of the units is a start.",
        Defaults.Flossing);

    private readonly Option<int> _flossingSteps =
        Number("--flossing-steps", "Updates of one flossing episode.", Defaults.FlossingSteps);

    private readonly Option<long> _flossingInterval = Number(
        "--flossing-interval",
        "Training steps between two flossing episodes; 0 for one before training.",
        Defaults.FlossingInterval);

    private readonly Option<double> _dropout =
        Number("--dropout", "Probability of dropping a unit between layers.", Defaults.Dropout);

    private readonly Option<string> _init = Choice(
        "--init", "The initialisation", ConfigurationRules.InitialisationNames, Defaults.Initialisation);

    private readonly Option<double> _gain = Number(
        "--gain", "The initialisation's factor, spectral radius or spectral norm.", Defaults.Gain);

    private readonly Option<double?> _forgetBias = new("--forget-bias")
    {
        Description = "The forget-gate bias of an LSTM: 0, 1, or any number. [default: what --init gives]",
        HelpName = "B",
    };

    private readonly Option<double?> _chrono = new("--chrono")
    {
        Description = "Chrono initialisation for dependencies of up to this many timesteps.",
        HelpName = "T",
    };

    private readonly Option<ulong> _seed = Number("--seed", "The seed of everything that is drawn.", Defaults.Seed);

    private readonly Option<int?> _threads = new("--threads")
    {
        Description = "Threads; they change the speed and no bit of the result. [default: one per core]",
        HelpName = "N",
    };

    private readonly Option<long> _log = Number("--log-interval", "Steps between two log lines.", Defaults.LogInterval);

    private readonly Option<long> _validation = Number(
        "--validation-interval", "Steps between two validations; 0 for one at the end.", Defaults.ValidationInterval);

    private readonly Option<long> _checkpoint = Number(
        "--checkpoint-interval", "Steps between two checkpoints; 0 for one at the end.", Defaults.CheckpointInterval);

    private readonly Option<long> _sample = Number(
        "--sample-interval", "Steps between two samples of generated text; 0 for none.", Defaults.SampleInterval);

    private readonly Option<bool> _recompute = new("--recompute")
    {
        Description = "Keep the gates of the last third of the timesteps and compute the others again on the way back: about "
            + "two thirds of the memory for long sequences, a fifth more time, the same bits; gate statistics are then not measured.",
    };

    private readonly Option<string> _telemetry = Choice(
        "--telemetry", "How much is measured while training", TelemetryPlan.LevelNames, Defaults.Telemetry);

    private readonly Option<string?> _telemetryInterval = new("--telemetry-interval")
    {
        Description = "Steps between two measurements, or log for 100 per factor of ten; spectra are computed at a tenth of "
            + "them. [default: 10, and 20 for gates and parameters; 1 with --telemetry full]",
        HelpName = "N",
    };

    private readonly Option<string> _onVerdict = Choice(
        "--on-verdict",
        "What a verdict does: warn goes on, stop ends at the first warning or error, rollback takes damage back to the last "
        + "good checkpoint with half of the learning rate",
        VerdictPolicies.All,
        Defaults.OnVerdict);

    private readonly Option<string[]> _verdict = new("--verdict")
    {
        Description = "A setting of a rule, such as vanishing-over-time.threshold=1e-5 or gradient-spike=off; may be given "
            + $"again. Settings: threshold, patience, cool-down, off. Rules and their thresholds: {VerdictPolicies.RulesInALine}; "
            + "more in docs/verdicts.md.",
        HelpName = "RULE.SETTING=X",
    };

    /// <summary>Adds all options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="withCell">Whether the user chooses the cell by --cell.</param>
    public void AddTo(Command command, bool withCell = true)
    {
        if (withCell)
        {
            command.Options.Add(_cell);
        }

        foreach (Option option in (ReadOnlySpan<Option>)
            [
                _task, .. _taskOptions, _text, _unknownSymbol, _layers, _hidden, _embedding, _sequence, _batch, _steps, _epochs, _noCarry,
                _optimizer, _rate, _schedule, _warmUp, _decayInterval, _decayFactor, _weightDecay, _momentum, _clipNorm,
                _clipValue, _omega, _flossing, _flossingSteps, _flossingInterval, _dropout, _init, _gain, _forgetBias, _chrono, _seed, _threads, _log, _validation,
                _checkpoint, _sample, _recompute, _telemetry, _telemetryInterval, _onVerdict, _verdict,
            ])
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (result.GetResult(_steps) is { Implicit: false } && result.GetResult(_epochs) is not null)
            {
                result.AddError("--steps and --epochs exclude each other; give one of them.");
            }
        });
    }

    /// <summary>The configuration that was asked for; its ranges are not checked here.</summary>
    /// <remarks>What was not given has the default of the task, where there is one.</remarks>
    public TrainingConfiguration Read(ParseResult parsed)
    {
        string? name = TaskName(parsed);
        TrainingConfiguration defaults = name is null ? Defaults : TaskCatalogue.Find(name).Defaults;
        if (name is not null && parsed.GetResult(_sequence) is { Implicit: false })
        {
            throw new ExperimentException(
                $"--sequence-length does not fit --task {name}: the task's own options decide how long its sequences are.",
                "Leave out --sequence-length; 'backflow train --help' lists the options of tasks.");
        }

        return new TrainingConfiguration
        {
            Task = name,
            TaskOptions = _taskOptions
                .Where(option => parsed.GetValue(option) is not null)
                .ToImmutableSortedDictionary(
                    static option => option.Name, option => parsed.GetValue(option)!.Value, StringComparer.Ordinal),
            TextPath = parsed.GetValue(_text) is string path ? Path.GetFullPath(path) : null,
            UnknownSymbol = parsed.GetValue(_unknownSymbol),
            Cells = CellsOf(parsed.GetValue(_cell) ?? string.Empty),
            Layers = Given(parsed, _layers, defaults.Layers),
            HiddenSize = Given(parsed, _hidden, defaults.HiddenSize),
            EmbeddingSize = Given(parsed, _embedding, defaults.EmbeddingSize),
            SequenceLength = Given(parsed, _sequence, defaults.SequenceLength),
            BatchSize = Given(parsed, _batch, defaults.BatchSize),
            Steps = Given(parsed, _steps, defaults.Steps),
            Epochs = parsed.GetValue(_epochs),
            CarryState = !parsed.GetValue(_noCarry),
            Optimizer = Given(parsed, _optimizer, defaults.Optimizer),
            LearningRate = Given(parsed, _rate, defaults.LearningRate),
            Schedule = Given(parsed, _schedule, defaults.Schedule),
            WarmUpSteps = Given(parsed, _warmUp, defaults.WarmUpSteps),
            DecayInterval = Given(parsed, _decayInterval, defaults.DecayInterval),
            DecayFactor = Given(parsed, _decayFactor, defaults.DecayFactor),
            WeightDecay = Given(parsed, _weightDecay, defaults.WeightDecay),
            Momentum = Given(parsed, _momentum, defaults.Momentum),
            ClipNorm = Given(parsed, _clipNorm, defaults.ClipNorm),
            ClipValue = Given(parsed, _clipValue, defaults.ClipValue),
            Omega = Given(parsed, _omega, defaults.Omega),
            Flossing = Given(parsed, _flossing, defaults.Flossing),
            FlossingSteps = Given(parsed, _flossingSteps, defaults.FlossingSteps),
            FlossingInterval = Given(parsed, _flossingInterval, defaults.FlossingInterval),
            Dropout = Given(parsed, _dropout, defaults.Dropout),
            Initialisation = Given(parsed, _init, defaults.Initialisation),
            Gain = Given(parsed, _gain, defaults.Gain),
            ForgetBias = Given(parsed, _forgetBias, defaults.ForgetBias),
            Chrono = Given(parsed, _chrono, defaults.Chrono),
            Seed = Given(parsed, _seed, defaults.Seed),
            Threads = parsed.GetValue(_threads) ?? Environment.ProcessorCount,
            LogInterval = Given(parsed, _log, defaults.LogInterval),
            ValidationInterval = Given(parsed, _validation, defaults.ValidationInterval),
            CheckpointInterval = Given(parsed, _checkpoint, defaults.CheckpointInterval),
            SampleInterval = Given(parsed, _sample, defaults.SampleInterval),
            Recompute = parsed.GetValue(_recompute),
            Telemetry = Given(parsed, _telemetry, defaults.Telemetry),
            TelemetryInterval = parsed.GetValue(_telemetryInterval),
            OnVerdict = Given(parsed, _onVerdict, defaults.OnVerdict),
            VerdictSettings = [.. parsed.GetValue(_verdict) ?? []],
        };
    }

    /// <summary>Cells by name, with commas between them, under the names by which they are kept.</summary>
    public static ImmutableArray<string> CellsOf(string names) =>
        [.. names.Split(',', StringSplitOptions.TrimEntries).Select(ConfigurationRules.CellName)];

    // "text" and "sentences" are tasks by name, and what --text decides.
    private string? TaskName(ParseResult parsed)
    {
        string? name = parsed.GetValue(_task);
        if (name == "text" && parsed.GetValue(_text) is null)
        {
            throw new ExperimentException("--task text needs a file.", "--text book.txt");
        }

        if (name is null or "text" or "sentences")
        {
            return _taskOptions.FirstOrDefault(option => parsed.GetValue(option) is not null) is Option<int?> surplus
                ? throw new ExperimentException($"{surplus.Name} is an option of a task.", "--task copy-memory")
                : null;
        }

        return name;
    }

    private static T Given<T>(ParseResult parsed, Option<T> option, T otherwise) =>
        parsed.GetResult(option) is { Implicit: false } ? parsed.GetValue(option)! : otherwise;

    private static Option<int?> TaskOptionOf(string name) => new(name)
    {
        Description = string.Join(
            "; ",
            TaskCatalogue.All.SelectMany(
                task => task.Options.Where(option => option.Name == name),
                static (task, option) => $"{task.Name}: {option.Meaning} [{option.Default}]")) + ".",
        HelpName = "N",
    };

    private static Option<T> Number<T>(string name, string description, T value, params string[] aliases) =>
        new(name, aliases)
        {
            Description = description,
            DefaultValueFactory = _ => value,
            HelpName = "N",
        };

    private static Option<string> Choice(string name, string description, ImmutableArray<string> names, string value) =>
        new(name)
        {
            Description = $"{description}: {string.Join(", ", names)}.",
            DefaultValueFactory = _ => value,
            HelpName = "NAME",
        };
}
