using System.CommandLine;

namespace Backflow.Cli;

/// <summary>The command that was typed, as runs keep it.</summary>
internal static class CommandLines
{
    /// <summary>The command with its words quoted where a shell needs it, and without secrets.</summary>
    /// <param name="parsed">The command line.</param>
    /// <returns>A command that a shell reads as it was typed.</returns>
    public static string Typed(ParseResult parsed) =>
        $"{CommandName.Program} {PosixShell.Quote(Secrets.Without(parsed.Tokens.Select(static token => token.Value)))}";
}
