namespace Backflow.Cli.Options;

/// <summary>What help and errors ask of an option beyond its name.</summary>
internal interface IListedOption
{
    /// <summary>The heading under which help lists it; null for the command's own options.</summary>
    string? Group { get; }

    /// <summary>The default in words; null for none.</summary>
    string? DefaultWords { get; }

    /// <summary>A value that works in place of what was typed.</summary>
    /// <param name="typed">What was typed; empty for nothing.</param>
    /// <returns>The value; null where nothing is wrong with it, or for an option without a value.</returns>
    string? Suggest(string typed);
}
