using System.CommandLine;
using System.CommandLine.Parsing;

namespace Backflow.Cli;

/// <summary>The command that was typed, as runs keep it.</summary>
internal static class CommandLines
{
    /// <summary>The command with its words quoted where a shell needs it, and without secrets.</summary>
    /// <param name="parsed">The command line.</param>
    /// <returns>A command that a shell reads as it was typed.</returns>
    public static string Typed(ParseResult parsed) =>
        $"{CommandName.Program} {PosixShell.Quote(Secrets.Without(Words(parsed.Tokens)))}";

    // The parser takes option and value apart, also where only the sign between them says that they belong together.
    private static List<string> Words(IReadOnlyList<Token> tokens)
    {
        List<string> words = [];
        for (int i = 0; i < tokens.Count; i++)
        {
            bool isValue = i > 0 && tokens[i].Type == TokenType.Argument && tokens[i - 1].Type == TokenType.Option;
            if (isValue)
            {
                words.RemoveAt(words.Count - 1);
                words.AddRange(PosixShell.Option(tokens[i - 1].Value, tokens[i].Value));
            }
            else
            {
                words.Add(tokens[i].Value);
            }
        }

        return words;
    }
}
