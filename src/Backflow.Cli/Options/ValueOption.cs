using System.CommandLine;
using System.CommandLine.Parsing;
using Backflow.Training;

namespace Backflow.Cli.Options;

/// <summary>An option with a value that is read strictly, and refused in a sentence.</summary>
/// <typeparam name="T">The type of the value, nullable where it may be left out.</typeparam>
internal sealed class ValueOption<T> : Option<T>, IListedOption
{
    private readonly ValueRule _values;

    /// <summary>Makes the option.</summary>
    /// <param name="name">Its name without dashes.</param>
    /// <param name="values">What it takes.</param>
    /// <param name="unit">What help calls the value.</param>
    public ValueOption(string name, ValueRule values, string unit)
        : base(OptionNames.Dashed(name))
    {
        _values = values;
        HelpName = unit;
        Arity = ArgumentArity.ExactlyOne;
        CustomParser = Read;
        CompletionSources.Add([.. values.Choices]);
    }

    /// <inheritdoc/>
    public string? Group { get; init; }

    /// <inheritdoc/>
    public string? DefaultWords { get; init; }

    /// <inheritdoc/>
    public string? Suggest(string typed) =>
        typed.Length == 0 ? _values.Example
        : _values.TryRead(typed, out _, out Refusal refusal) ? null
        : refusal.Suggestion;

    private T? Read(ArgumentResult result)
    {
        if (_values.TryRead(result.Tokens[0].Value, out object value, out Refusal refusal))
        {
            return (T)value;
        }

        result.AddError($"{Name} {refusal.Problem}.");
        return default;
    }
}
