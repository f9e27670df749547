using System.Collections.Immutable;
using Backflow.Telemetry;
using Backflow.Training.Tasks.Sequences;

namespace Backflow.Training;

/// <summary>Every option of a training, one row each, and what is read off the rows.</summary>
public static class TrainingOptions
{
    /// <summary>The rows, in the order in which help, commands and files show them.</summary>
    public static ImmutableArray<TrainingOption> All { get; } =
        [
            .. DataRows.All, .. NetworkRows.All, .. LengthRows.All, .. UpdateRows.All, .. StartRows.All,
            .. RecordingRows.All,
        ];

    /// <summary>The row of a property, or of an option of tasks.</summary>
    /// <param name="property">The name in <see cref="TrainingConfiguration"/>, or that of an option of tasks.</param>
    /// <returns>The row; null where there is none.</returns>
    public static TrainingOption? OfProperty(string property) => All.FirstOrDefault(row => row.Property == property);

    /// <summary>The row of a name in a file.</summary>
    /// <param name="name">The name, or another name of the row.</param>
    /// <returns>The row; null where there is none.</returns>
    public static TrainingOption? Named(string name) =>
        All.FirstOrDefault(row => row.Name == name || row.Aliases.Contains(name));

    /// <summary>What is trained where nothing is said.</summary>
    /// <param name="task">The task; null for text and sentences.</param>
    /// <returns>The defaults of the task.</returns>
    public static TrainingConfiguration DefaultsOf(string? task) =>
        task is null ? new TrainingConfiguration() : TaskCatalogue.Find(task).Defaults with { Task = task };

    /// <summary>Whether a configuration differs from the defaults of its task in an option.</summary>
    /// <param name="configuration">Compared with the defaults of its own task.</param>
    /// <param name="row">The option.</param>
    /// <returns>True where it does.</returns>
    public static bool IsChanged(TrainingConfiguration configuration, TrainingOption row) =>
        row.Property == nameof(TrainingConfiguration.Task)
            ? configuration.Task is not null
            : !row.IsSame(configuration, DefaultsOf(configuration.Task));

    /// <summary>A configuration with other settings, without what they leave without a meaning.</summary>
    /// <param name="configuration">The configuration to start from; it stays as it is.</param>
    /// <param name="settings">What to set.</param>
    /// <returns>The changed configuration.</returns>
    /// <exception cref="ExperimentException">A setting has no such value.</exception>
    public static TrainingConfiguration With(TrainingConfiguration configuration,
        params IReadOnlyList<Setting> settings)
    {
        TrainingConfiguration changed = configuration;
        foreach (Setting setting in settings)
        {
            TrainingOption row = OfProperty(setting.Property)
                ?? throw new ExperimentException($"A training has no {setting.Property}.", "Set another property.");
            changed = row.With(changed, row.Read(setting.Value));
        }

        return WithoutMeaningless(configuration, changed, [.. settings.Select(static setting => setting.Property)]);
    }

    /// <summary>Why an option has no effect on any of several networks that are trained together.</summary>
    /// <param name="row">The option.</param>
    /// <param name="configurations">At least one.</param>
    /// <returns>A sentence; null where it has an effect.</returns>
    public static Sentence? WhyIdle(TrainingOption row, params IReadOnlyList<TrainingConfiguration> configurations)
    {
        Sentence? why = null;
        foreach (TrainingConfiguration configuration in configurations)
        {
            if (row.Idle?.Invoke(configuration) is not Sentence reason)
            {
                return null;
            }

            why ??= reason;
        }

        return why is null ? null : (Sentence)$"{row.Property:setting} has no effect: {why}.";
    }

    /// <summary>Checks every option that can be checked without the data.</summary>
    /// <param name="configuration">What is to be trained.</param>
    /// <exception cref="ExperimentException">An option is outside its range, or contradicts another; the message names
    /// it.</exception>
    public static void Validate(TrainingConfiguration configuration)
    {
        foreach (TrainingOption row in All)
        {
            row.Check(configuration);
        }

        foreach (TrainingOption row in All)
        {
            if (row.Contradiction(configuration) is ExperimentException contradiction)
            {
                throw contradiction;
            }
        }
    }

    /// <summary>A training in words: the command that starts it, or its settings.</summary>
    /// <param name="configuration">Only what differs from its task's defaults is said.</param>
    /// <param name="commands">Writes the command; null for settings.</param>
    /// <returns>The command, or "Task = adding, Cells = rnn".</returns>
    public static string Describe(TrainingConfiguration configuration, ICommandWriter? commands = null) =>
        commands?.Train(configuration) ?? string.Join(
            ", ",
            All.Where(row => IsChanged(configuration, row) && row.Idle?.Invoke(configuration) is null
                && !row.IsOfTheMachine)
                .Select(row => new Setting(row.Property, string.Join(' ', row.TextsIn(configuration)))));

    /// <summary>The settings of a configuration, by property.</summary>
    internal static ImmutableDictionary<string, string> SettingsOf(TrainingConfiguration configuration) =>
        All.Where(static row => !row.IsRepeated)
            .Select(row => (row.Property, Texts: row.TextsIn(configuration)))
            .Where(static setting => !setting.Texts.IsEmpty)
            .ToImmutableDictionary(
                static setting => setting.Property, static setting => setting.Texts[0], StringComparer.Ordinal);

    private static TrainingConfiguration WithoutMeaningless(
        TrainingConfiguration before, TrainingConfiguration changed, ImmutableArray<string> set)
    {
        if (changed.Layers == 1 && changed.Cells.Length > 1)
        {
            // Cells of several layers do not fit one layer.
            changed = changed with { Cells = [changed.Cells[0]] };
        }

        if (set.Contains(nameof(changed.ForgetBias)) && !set.Contains(nameof(changed.Chrono)))
        {
            // Chrono would override the bias that is asked for.
            changed = changed with { Chrono = null };
        }

        TrainingConfiguration defaults = DefaultsOf(changed.Task);
        foreach (TrainingOption row in All)
        {
            if (!set.Contains(row.Property) && row.Idle?.Invoke(changed) is not null && row.Idle.Invoke(before) is null)
            {
                changed = row.With(changed, row.ValueIn(defaults));
            }
        }

        return changed;
    }
}
