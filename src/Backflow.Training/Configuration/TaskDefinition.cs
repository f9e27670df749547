using System.Collections.Immutable;
using System.Globalization;
using Backflow.Telemetry;

namespace Backflow.Training.Tasks.Sequences;

/// <summary>
/// A task as users know it: its name, its source, its options, and what it is trained with by default.
/// </summary>
public sealed class TaskDefinition
{
    private readonly Func<Func<string, int>, SequenceTask> _make;

    internal TaskDefinition(Func<Func<string, int>, SequenceTask> make) => _make = make;

    /// <summary>The name that users type.</summary>
    public required string Name { get; init; }

    /// <summary>What is asked, in a sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>Where it was published.</summary>
    public required string Source { get; init; }

    /// <summary>What can be set of the task, such as its lag.</summary>
    public required ImmutableArray<TaskOption> Options { get; init; }

    /// <summary>Hyperparameters that learn the default size in a few minutes.</summary>
    public required TrainingConfiguration Defaults { get; init; }

    /// <summary>Makes the task.</summary>
    /// <param name="values">Options that were given, by name; the others have their defaults.</param>
    /// <returns>The task.</returns>
    /// <exception cref="ExperimentException">The task lacks an option, or a value is outside its range.</exception>
    public SequenceTask Create(IReadOnlyDictionary<string, int> values)
    {
        foreach ((string name, int value) in values)
        {
            TaskOption option = Options.FirstOrDefault(option => option.Name == name)
                ?? throw new ExperimentException(
                    $"The task {Name} has no option {name:setting}; its options are "
                    + $"{Sentence.ListOf(Options.Select(static option => option.Name))}.",
                    $"Leave out {name:setting}.");
            if (value < option.Minimum || value > option.Maximum)
            {
                throw new ExperimentException(
                    $"{name:setting} of the task {Name} must be from {option.Minimum} to {option.Maximum}, got "
                        + $"{value}.",
                    new Setting(name, option.Default.ToString(CultureInfo.InvariantCulture)));
            }
        }

        return _make(name => values.TryGetValue(name, out int value) ? value : Default(name));
    }

    internal string Identity(Func<string, int> value) => string.Join(
        ' ', [Name, .. Options.Select(option => FormattableString.Invariant($"{option.Name} {value(option.Name)}"))]);

    private int Default(string name) => Options.First(option => option.Name == name).Default;
}
