using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using Backflow.Training;

namespace Backflow.Cli.Options;

/// <summary>A row of <see cref="TrainingOptions"/> as an option of the command line.</summary>
internal sealed class RowOption : Option<object?>, IListedOption
{
    /// <summary>Makes the option of a row.</summary>
    /// <param name="row">The row, which has everything that is said of it.</param>
    public RowOption(TrainingOption row)
        : base(OptionNames.Dashed(row.Name), [.. row.Aliases.Select(OptionNames.Dashed)])
    {
        Row = row;
        HelpName = row.Unit;
        Description = HelpOf(row);
        Arity = row.Values.Type == typeof(bool) ? ArgumentArity.Zero
            : row.IsRepeated ? ArgumentArity.OneOrMore
            : ArgumentArity.ExactlyOne;
        CustomParser = Read;
        CompletionSources.Add([.. row.Values.Choices]);
    }

    /// <summary>The row.</summary>
    public TrainingOption Row { get; }

    /// <inheritdoc/>
    public string? Group => Row.Group;

    /// <inheritdoc/>
    public string? DefaultWords =>
        OwnDefaultWords ?? Row.DefaultWords(new TrainingConfiguration())?.Say(OptionNames.OfProperty);

    /// <summary>What a command does without the option, where that is not what a training does; null where it
    /// is.</summary>
    public string? OwnDefaultWords { get; set; }

    /// <inheritdoc/>
    public string? Suggest(string typed)
    {
        if (Row.Values.Type == typeof(bool))
        {
            return null;
        }

        if (typed.Length == 0)
        {
            return Row.Values.Example;
        }

        try
        {
            Row.Read(typed);
            return null;
        }
        catch (ExperimentException refused)
        {
            return refused.Settings[0].Value;
        }
    }

    /// <summary>Whether the user gave the option.</summary>
    /// <param name="parsed">The command line.</param>
    /// <returns>True where it was.</returns>
    public bool IsGiven(ParseResult parsed) => parsed.GetResult(this) is { Implicit: false };

    private static string HelpOf(TrainingOption row)
    {
        string help = row.Help.Say(OptionNames.OfProperty);
        help = row.Values.Choices.IsEmpty ? help : $"{help} One of {string.Join(", ", row.Values.Choices)}.";
        bool isPlain = row.Values.Type == typeof(bool) || row.IsOfTasks || row.IsRepeated;
        string example = isPlain || row.DefaultWords(new TrainingConfiguration()) is not null
            ? string.Empty
            : $" For example {row.Values.Example}.";
        return row.Values.Range is OptionRange range && !row.IsOfTasks && range != OptionRange.Finite
            ? $"{help} {char.ToUpperInvariant(range.Words[0])}{range.Words[1..]}.{example}"
            : help + example;
    }

    private object? Read(ArgumentResult result)
    {
        if (Row.Values.Type == typeof(bool))
        {
            return true;
        }

        ImmutableArray<string> words = [.. result.Tokens.Select(static token => token.Value)];
        try
        {
            return Row.Read(words);
        }
        catch (ExperimentException refused)
        {
            result.AddError(refused.SaidMessage.Say(OptionNames.OfProperty));
            return null;
        }
    }
}
