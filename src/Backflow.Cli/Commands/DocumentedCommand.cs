using System.CommandLine;

namespace Backflow.Cli.Commands;

/// <summary>A command whose help ends with examples.</summary>
/// <param name="name">The word that the user types.</param>
/// <param name="description">What it does, in a sentence or two.</param>
/// <param name="examples">Commands that work, one a line.</param>
internal sealed class DocumentedCommand(string name, string description, string examples) : Command(name, description)
{
    /// <summary>Commands that work, one a line.</summary>
    public string Examples { get; } = examples;
}
