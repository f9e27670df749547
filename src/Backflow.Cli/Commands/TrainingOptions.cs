using System.Collections.Immutable;
using System.CommandLine;
using Backflow.Experiments.Training;

namespace Backflow.Cli.Commands;

/// <summary>The options of 'backflow train' and the configuration that they make.</summary>
internal sealed class TrainingOptions
{
    private static readonly TrainingConfiguration Defaults = new();

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

    /// <summary>Adds all options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (ReadOnlySpan<Option>)
            [
                _text, _unknownSymbol, _cell, _layers, _hidden, _embedding, _sequence, _batch, _steps, _epochs, _noCarry,
                _optimizer, _rate, _schedule, _warmUp, _decayInterval, _decayFactor, _weightDecay, _momentum, _clipNorm,
                _clipValue, _dropout, _init, _gain, _forgetBias, _chrono, _seed, _threads, _log, _validation,
                _checkpoint, _sample,
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
    public TrainingConfiguration Read(ParseResult parsed) => new()
    {
        TextPath = parsed.GetValue(_text) is string path ? Path.GetFullPath(path) : null,
        UnknownSymbol = parsed.GetValue(_unknownSymbol),
        Cells = [.. (parsed.GetValue(_cell) ?? string.Empty).Split(',', StringSplitOptions.TrimEntries)],
        Layers = parsed.GetValue(_layers),
        HiddenSize = parsed.GetValue(_hidden),
        EmbeddingSize = parsed.GetValue(_embedding),
        SequenceLength = parsed.GetValue(_sequence),
        BatchSize = parsed.GetValue(_batch),
        Steps = parsed.GetValue(_steps),
        Epochs = parsed.GetValue(_epochs),
        CarryState = !parsed.GetValue(_noCarry),
        Optimizer = parsed.GetValue(_optimizer)!,
        LearningRate = parsed.GetValue(_rate),
        Schedule = parsed.GetValue(_schedule)!,
        WarmUpSteps = parsed.GetValue(_warmUp),
        DecayInterval = parsed.GetValue(_decayInterval),
        DecayFactor = parsed.GetValue(_decayFactor),
        WeightDecay = parsed.GetValue(_weightDecay),
        Momentum = parsed.GetValue(_momentum),
        ClipNorm = parsed.GetValue(_clipNorm),
        ClipValue = parsed.GetValue(_clipValue),
        Dropout = parsed.GetValue(_dropout),
        Initialisation = parsed.GetValue(_init)!,
        Gain = parsed.GetValue(_gain),
        ForgetBias = parsed.GetValue(_forgetBias),
        Chrono = parsed.GetValue(_chrono),
        Seed = parsed.GetValue(_seed),
        Threads = parsed.GetValue(_threads) ?? Environment.ProcessorCount,
        LogInterval = parsed.GetValue(_log),
        ValidationInterval = parsed.GetValue(_validation),
        CheckpointInterval = parsed.GetValue(_checkpoint),
        SampleInterval = parsed.GetValue(_sample),
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
