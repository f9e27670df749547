using System.CommandLine;

namespace Backflow.Cli.Options;

/// <summary>An option that may be given several times, each time with a text that its command reads.</summary>
internal sealed class RepeatedOption : Option<string[]>, IListedOption
{
    private readonly string _example;

    /// <summary>Makes the option.</summary>
    /// <param name="name">Its name without dashes.</param>
    /// <param name="example">A text that works.</param>
    /// <param name="unit">What help calls the text.</param>
    public RepeatedOption(string name, string example, string unit)
        : base(OptionNames.Dashed(name))
    {
        _example = example;
        HelpName = unit;
        Arity = ArgumentArity.OneOrMore;
    }

    /// <inheritdoc/>
    public string? Group { get; init; }

    /// <inheritdoc/>
    public string? DefaultWords => null;

    /// <inheritdoc/>
    public string? Suggest(string typed) => typed.Length == 0 ? _example : null;
}
