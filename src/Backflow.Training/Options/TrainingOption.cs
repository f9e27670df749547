using System.Collections.Immutable;
using System.Reflection;
using Backflow.Telemetry;
using Backflow.Training.Tasks.Sequences;

namespace Backflow.Training;

/// <summary>One option of a training: the property behind it, and everything that its users are told.</summary>
/// <remarks>
/// A row of <see cref="TrainingOptions"/>. Validation, files and the command line read nothing else, so that an option
/// is added by its property and its row.
/// </remarks>
public sealed class TrainingOption
{
    private readonly Func<TrainingConfiguration, object?> _read;
    private readonly Func<TrainingConfiguration, object?, TrainingConfiguration> _write;

    /// <summary>An option that sets a property.</summary>
    internal TrainingOption(string property, string name, params ImmutableArray<string> aliases)
    {
        Property = property;
        Name = name;
        Aliases = aliases;
        PropertyInfo behind = typeof(TrainingConfiguration).GetProperty(property)
            ?? throw new ArgumentException($"A training has no {property}.", nameof(property));
        IsList = behind.PropertyType == typeof(ImmutableArray<string>);
        _read = behind.GetValue;
        _write = (configuration, value) =>
        {
            TrainingConfiguration changed = configuration with { };
            behind.SetValue(changed, value);
            return changed;
        };
    }

    /// <summary>An option of tasks.</summary>
    internal TrainingOption(string name)
    {
        Property = name;
        Name = name;
        Aliases = [];
        IsOfTasks = true;
        _read = configuration => configuration.TaskOptions.TryGetValue(name, out int value) ? value : null;
        _write = (configuration, value) => configuration with
        {
            TaskOptions = value is int number
                ? configuration.TaskOptions.SetItem(name, number)
                : configuration.TaskOptions.Remove(name),
        };
    }

    /// <summary>The property of <see cref="TrainingConfiguration"/>; an option of tasks has its name alone.</summary>
    public string Property { get; }

    /// <summary>The name in a configuration file; the command line writes two dashes before it.</summary>
    public string Name { get; }

    /// <summary>Other names on the command line.</summary>
    public ImmutableArray<string> Aliases { get; }

    /// <summary>The heading under which help lists it.</summary>
    public required string Group { get; init; }

    /// <summary>What it decides, in a sentence or two.</summary>
    public required Sentence Help { get; init; }

    /// <summary>The values it takes.</summary>
    public required ValueRule Values { get; init; }

    /// <summary>What a value counts, for help: UNITS, STEPS, FILE.</summary>
    public string Unit { get; init; } = "N";

    /// <summary>The default where it is no value: "one per core"; null where the value says it.</summary>
    public Sentence? DefaultInWords { get; init; }

    /// <summary>Whether giving it makes the property false.</summary>
    public bool IsNegated { get; init; }

    /// <summary>Whether its value decides speed alone, so that no printed command repeats it.</summary>
    public bool IsOfTheMachine { get; init; }

    /// <summary>Whether the option takes several values.</summary>
    public bool IsList { get; }

    /// <summary>Whether its values are given one by one and not with commas.</summary>
    public bool IsRepeated { get; init; }

    /// <summary>Whether the option belongs to tasks, which decide its range and its default.</summary>
    public bool IsOfTasks { get; }

    /// <summary>Whether giving it where it has no effect is refused, because something else was surely meant.</summary>
    public bool IsRefusedWhenIdle { get; init; }

    /// <summary>Whether values are checked only where the option has an effect: older runs have none.</summary>
    internal bool IsCheckedOnlyInUse { get; init; }

    /// <summary>Why it has no effect with the other settings; null where it has one.</summary>
    internal Func<TrainingConfiguration, Sentence?>? Idle { get; init; }

    /// <summary>What cannot be done with the other settings; null where all is well.</summary>
    internal Func<TrainingConfiguration, ExperimentException?> Contradiction { get; init; } = static _ => null;

    /// <summary>What the property holds for a value that is read: words that mean nothing are null.</summary>
    internal Func<object, object?> Kept { get; init; } = static value => value;

    /// <summary>Whether there are settings with which it has no effect.</summary>
    public bool IsConditional => Idle is not null || IsOfTasks;

    /// <summary>The value in a configuration.</summary>
    /// <param name="configuration">The configuration to read.</param>
    /// <returns>The value; null for none.</returns>
    public object? ValueIn(TrainingConfiguration configuration) =>
        _read(configuration) is object value ? IsNegated ? !(bool)value : value : null;

    /// <summary>A configuration with another value.</summary>
    /// <param name="configuration">The configuration to start from; it stays as it is.</param>
    /// <param name="value">The value; null for none.</param>
    /// <returns>The changed configuration.</returns>
    public TrainingConfiguration With(TrainingConfiguration configuration, object? value) =>
        _write(configuration, IsNegated && value is bool isGiven ? !isGiven : value is null ? null : Kept(value));

    /// <summary>The values in a configuration as text: none, one, or several of a list.</summary>
    /// <param name="configuration">The configuration to read.</param>
    /// <returns>The texts; that of a flag is true or false.</returns>
    public ImmutableArray<string> TextsIn(TrainingConfiguration configuration) => ValueIn(configuration) switch
    {
        null => [],
        ImmutableArray<string> list when IsRepeated => list,
        ImmutableArray<string> list => [string.Join(',', list)],
        object value => [ValueRule.TextOf(value)],
    };

    /// <summary>Reads a value from texts.</summary>
    /// <param name="texts">What was typed: one text, or several of an option that is repeated.</param>
    /// <returns>A value for <see cref="With"/>.</returns>
    /// <exception cref="ExperimentException">A text is no such value; the message names the option.</exception>
    public object Read(params IReadOnlyList<string> texts)
    {
        IEnumerable<string> words = IsList && !IsRepeated
            ? texts[^1].Split(',', StringSplitOptions.TrimEntries).Select(ConfigurationRules.CellName)
            : texts;
        List<object> values = [];
        foreach (string word in words)
        {
            values.Add(Values.TryRead(word, out object value, out Refusal refusal) ? value : throw Refused(refusal));
        }

        return IsList ? values.Cast<string>().ToImmutableArray() : values[^1];
    }

    /// <summary>Whether two configurations have the same value.</summary>
    internal bool IsSame(TrainingConfiguration one, TrainingConfiguration other) =>
        TextsIn(one).SequenceEqual(TextsIn(other), StringComparer.Ordinal);

    /// <summary>Throws where the value is outside its range or cannot be used with the others.</summary>
    internal void Check(TrainingConfiguration configuration)
    {
        if (IsOfTasks || ValueIn(configuration) is not object value
            || (IsCheckedOnlyInUse && Idle?.Invoke(configuration) is not null))
        {
            return;
        }

        ImmutableArray<object> values = value is ImmutableArray<string> list ? [.. list] : [value];
        values = IsList && !IsRepeated && values.IsEmpty ? [string.Empty] : values;
        foreach (object one in values)
        {
            string shown = one is string ? $"'{one}'" : ValueRule.TextOf(one);
            if (!Values.IsAllowed(one, shown, out Refusal refusal))
            {
                throw Refused(refusal);
            }
        }
    }

    /// <summary>The defaults as help says them: "128; 64 for tasks".</summary>
    /// <param name="defaults">What is used where neither a task nor the user says otherwise.</param>
    /// <returns>The words; null for a flag, and for an option whose tasks decide.</returns>
    public Sentence? DefaultWords(TrainingConfiguration defaults)
    {
        if (Values.Type == typeof(bool) || IsOfTasks)
        {
            return null;
        }

        Sentence? usual = DefaultInWords ?? (TextsIn(defaults) is [string text, ..] ? (Sentence)text : null);
        IGrouping<string, string>[] values =
        [
            .. TaskCatalogue.All
                .GroupBy(task => string.Join(',', TextsIn(task.Defaults)), static task => task.Name)
                .OrderByDescending(static group => group.Count()),
        ];
        string usualOfTasks = string.Join(',', TextsIn(new TrainingConfiguration()));
        IEnumerable<string> words = values.Select((value, i) =>
            i == 0 && value.Key == usualOfTasks ? string.Empty
            : i == 0 ? $"; {value.Key} for tasks"
            : $"; {value.Key} for {string.Join(", ", value)}");
        string ofTasks = string.Concat(words);
        return usual is null && ofTasks.Length == 0 ? null : (Sentence)$"{usual ?? (Sentence)"none"}{ofTasks}";
    }

    private ExperimentException Refused(Refusal refusal) => new(
        $"{Property:setting} {refusal.Problem}.", new Setting(Property, refusal.Suggestion));
}
