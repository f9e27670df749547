using System.CommandLine;
using System.CommandLine.Parsing;

namespace Backflow.Cli.Output;

/// <summary>Writes a user's mistake: what was wrong, where in the command, and a command that works.</summary>
/// <remarks>
/// <code>
/// error: --hidden-size must be from 1 to 16384, got 0.
///   backflow train --hidden-size 0
///                  ^^^^^^^^^^^^^^^
///   try: backflow train --hidden-size 128
/// </code>
/// </remarks>
internal static class ErrorReport
{
    /// <summary>Writes a mistake to the error stream.</summary>
    /// <param name="message">What was wrong and what is allowed.</param>
    /// <param name="remedy">A sentence, a command, or an option with a value that works; null if the message says it.</param>
    /// <param name="arguments">The arguments of the command.</param>
    public static void Write(string message, string? remedy, IReadOnlyList<string> arguments)
    {
        Console.Error.WriteLine($"error: {CommandName.Localise(message)}");
        string? option = message.Split(' ', 2)[0] is ['-', '-', ..] first ? first : null;
        int position = option is null ? -1 : IndexOf(arguments, option);
        if (position >= 0)
        {
            WriteMarked(arguments, position);
        }

        if (remedy is null)
        {
            return;
        }

        string text = remedy.StartsWith("--", StringComparison.Ordinal) ? Corrected(arguments, remedy)
            : CommandName.LocaliseCommand(CommandName.Localise(remedy));
        Console.Error.WriteLine($"  try: {text}");
    }

    /// <summary>Writes what the parser did not understand.</summary>
    public static void WriteParseErrors(ParseResult parsed, IReadOnlyList<string> arguments)
    {
        foreach (ParseError error in parsed.Errors)
        {
            Console.Error.WriteLine($"error: {NoNumber(error) ?? error.Message}");
        }

        List<string> path = [];
        for (SymbolResult? result = parsed.CommandResult; result is CommandResult command; result = result.Parent)
        {
            path.Insert(0, command.Command is RootCommand ? CommandName.Current : command.Command.Name);
        }

        if (arguments.Count > 0)
        {
            Console.Error.WriteLine($"  {CommandName.Current} {string.Join(' ', arguments.Select(Quoted))}");
        }

        Console.Error.WriteLine($"  try: {string.Join(' ', path)} --help");
    }

    // The parser names the types of .NET.
    private static string? NoNumber(ParseError error)
    {
        if (error.SymbolResult is not OptionResult { Tokens: [{ Value: string typed }, ..] } result)
        {
            return null;
        }

        Type type = Nullable.GetUnderlyingType(result.Option.ValueType) ?? result.Option.ValueType;
        string? allowed = type == typeof(double) ? "a number"
            : type == typeof(int) || type == typeof(long) ? "a whole number"
            : type == typeof(ulong) ? "a whole number from 0"
            : null;
        return allowed is null ? null : $"{result.Option.Name} must be {allowed}, got '{typed}'.";
    }

    private static int IndexOf(IReadOnlyList<string> arguments, string option)
    {
        for (int i = 0; i < arguments.Count; i++)
        {
            if (OptionAliases.NameOf(arguments[i]) == option)
            {
                return i;
            }
        }

        return -1;
    }

    private static void WriteMarked(IReadOnlyList<string> arguments, int position)
    {
        List<string> words = [CommandName.Current, .. arguments.Select(Quoted)];
        int last = position + 2 < words.Count ? position + 2 : position + 1;
        int start = words.Take(position + 1).Sum(static word => word.Length + 1);
        int length = words.Skip(position + 1).Take(last - position).Sum(static word => word.Length + 1) - 1;
        Console.Error.WriteLine($"  {string.Join(' ', words)}");
        Console.Error.WriteLine($"  {new string(' ', start)}{new string('^', length)}");
    }

    // The user's own command with the option's value replaced, or with the option added.
    private static string Corrected(IReadOnlyList<string> arguments, string remedy)
    {
        List<string> words = [.. arguments.Select(Quoted)];
        string[] parts = remedy.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < parts.Length; i++)
        {
            bool hasValue = i + 1 < parts.Length && !parts[i + 1].StartsWith("--", StringComparison.Ordinal);
            int position = IndexOf(arguments, parts[i]);
            if (position >= 0 && position + 1 < words.Count && hasValue)
            {
                words[position + 1] = parts[i + 1];
            }
            else
            {
                words.Add(hasValue ? $"{parts[i]} {parts[i + 1]}" : parts[i]);
            }

            i += hasValue ? 1 : 0;
        }

        return $"{CommandName.Current} {string.Join(' ', words)}";
    }

    /// <summary>An argument as a shell reads it.</summary>
    internal static string Quoted(string argument) =>
        argument.Length > 0 && argument.All(static c => !char.IsWhiteSpace(c) && c is not '"' and not '\'' and not '$')
            ? argument
            : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
