using System.Globalization;
using Backflow.Engine;
using Backflow.Training.Tasks.Sequences;

namespace Backflow.Training;

/// <summary>The command that trains a configuration: what 'backflow train' has to be told beyond its defaults.</summary>
/// <remarks>Threads are left out, as they change no bit of the result, and a task's length, which the task decides.</remarks>
public static class TrainingCommandLine
{
    private const string CellOption = "--cell";

    /// <summary>The command of a configuration.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="changes">Options that replace or join the configuration's: "--clip-norm 1 --cell lstm".</param>
    /// <returns>A command that can be pasted.</returns>
    public static string Of(TrainingConfiguration configuration, string changes = "")
    {
        Dictionary<string, string?> options = new(StringComparer.Ordinal);
        List<string> order = [];
        Dictionary<string, string?> now = AllOf(configuration).ToDictionary(
            static option => option.Name, static option => Text(option.Now), StringComparer.Ordinal);

        // A change that holds already is left out, so that who asks for nothing new gets the same command.
        (string Name, string? Value)[] news = [.. Parse(changes).Where(change =>
            !now.TryGetValue(change.Name, out string? value) || value is null || value != change.Value)];
        foreach ((string name, string? value) in OptionsOf(configuration).Concat(news))
        {
            if (!options.ContainsKey(name))
            {
                order.Add(name);
            }

            options[name] = value;
        }

        if (options.GetValueOrDefault("--layers", "1") == "1" && options.TryGetValue(CellOption, out string? cells))
        {
            // Cells of several layers do not fit one layer.
            options[CellOption] = cells!.Split(',')[0];
        }

        // What a change leaves without a meaning is left out: only Elman layers have an Ω, and chrono overrides a bias.
        if (!options.GetValueOrDefault(CellOption, string.Empty)!.Split(',').Any(IsElman))
        {
            order.Remove("--omega");
        }

        if (news.Any(static change => change.Name == "--forget-bias"))
        {
            order.Remove("--chrono");
        }

        return string.Join(
            ' ',
            [
                "backflow train",
                .. order.Select(name => Word(name, options[name])),
                .. configuration.VerdictSettings.Select(static setting => Word("--verdict", setting)),
            ]);
    }

    private static bool IsElman(string name) =>
        Cells.TryNamed(name, out CellDescription? cell) && cell.ElmanActivation is not null;

    private static IEnumerable<(string Name, string? Value)> OptionsOf(TrainingConfiguration c) => AllOf(c)
        .Where(static option => option.Now is not null && !option.Now.Equals(option.Default))
        .Select(static option => (option.Name, Text(option.Now)));

    private static (string Name, object? Now, object? Default)[] AllOf(TrainingConfiguration c)
    {
        TrainingConfiguration d = c.Task is string task ? TaskCatalogue.Find(task).Defaults : new TrainingConfiguration();
        return
        [
            ("--task", c.Task, null),
            .. c.TaskOptions.Select(static option => (option.Key, (object?)option.Value, (object?)null)),
            ("--text", c.TextPath, null),
            ("--unknown-symbol", c.UnknownSymbol, false),
            (CellOption, string.Join(',', c.Cells), "lstm"),
            ("--layers", c.Layers, d.Layers),
            ("--hidden-size", c.HiddenSize, d.HiddenSize),
            ("--embedding-size", c.EmbeddingSize, d.EmbeddingSize),
            ("--sequence-length", c.Task is null ? c.SequenceLength : null, c.Task is null ? d.SequenceLength : null),
            ("--batch-size", c.BatchSize, d.BatchSize),
            ("--steps", c.Epochs is null ? c.Steps : null, c.Epochs is null ? d.Steps : null),
            ("--epochs", c.Epochs, null),
            ("--no-carry-state", c.Task is null && !c.CarryState, false),
            ("--optimizer", c.Optimizer, d.Optimizer),
            ("--learning-rate", c.LearningRate, d.LearningRate),
            ("--schedule", c.Schedule, d.Schedule),
            ("--warm-up-steps", c.WarmUpSteps, d.WarmUpSteps),
            ("--decay-interval", c.DecayInterval, d.DecayInterval),
            ("--decay-factor", c.DecayFactor, d.DecayFactor),
            ("--weight-decay", c.WeightDecay, d.WeightDecay),
            ("--momentum", c.Momentum, d.Momentum),
            ("--clip-norm", c.ClipNorm, d.ClipNorm),
            ("--clip-value", c.ClipValue, d.ClipValue),
            ("--omega", c.Omega, d.Omega),
            ("--flossing", c.Flossing, d.Flossing),
            ("--flossing-steps", c.Flossing > 0 ? c.FlossingSteps : null, d.FlossingSteps),
            ("--flossing-interval", c.FlossingInterval, d.FlossingInterval),
            ("--dropout", c.Dropout, d.Dropout),
            ("--init", c.Initialisation, d.Initialisation),
            ("--gain", c.Gain, d.Gain),
            ("--forget-bias", c.ForgetBias, d.ForgetBias),
            ("--chrono", c.Chrono, d.Chrono),
            ("--seed", c.Seed, d.Seed),
            ("--log-interval", c.LogInterval, d.LogInterval),
            ("--validation-interval", c.ValidationInterval, d.ValidationInterval),
            ("--checkpoint-interval", c.CheckpointInterval, d.CheckpointInterval),
            ("--sample-interval", c.SampleInterval, d.SampleInterval),
            ("--telemetry", c.Telemetry, d.Telemetry),
            ("--telemetry-interval", c.TelemetryInterval, null),
            ("--recompute", c.Recompute, false),
            ("--on-verdict", c.OnVerdict, d.OnVerdict),
        ];
    }

    // An option without a value, such as --recompute, is there or not.
    private static string? Text(object? value) =>
        value is null or bool ? null : Convert.ToString(value, CultureInfo.InvariantCulture);

    private static IEnumerable<(string Name, string? Value)> Parse(string changes)
    {
        string[] words = changes.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < words.Length; i++)
        {
            bool hasValue = i + 1 < words.Length && !words[i + 1].StartsWith("--", StringComparison.Ordinal);
            yield return (words[i], hasValue ? words[i + 1] : null);
            i += hasValue ? 1 : 0;
        }
    }

    private static string Word(string name, string? value) => value is null ? name
        : value.Contains(' ', StringComparison.Ordinal) ? $"{name} \"{value}\""
        : $"{name} {value}";
}
