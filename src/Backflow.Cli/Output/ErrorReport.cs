using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using Backflow.Cli.Options;
using Backflow.Training;

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
    private const int NearNames = 3;

    // Between an option and its value in one word.
    private static readonly char[] Joints = ['=', ':'];

    /// <summary>Writes a mistake to the error stream.</summary>
    /// <param name="mistake">The mistake: its settings become options.</param>
    /// <param name="arguments">The arguments of the command.</param>
    public static void Write(ExperimentException mistake, IReadOnlyList<string> arguments) => Write(
        mistake.SaidMessage,
        mistake.Settings.IsEmpty
            ? mistake.SaidRemedy.Say(OptionNames.OfProperty)
            : Corrected(arguments, mistake.Settings.Select(static setting =>
                (OptionNames.OfProperty(setting.Property), (string?)setting.Value))),
        arguments);

    /// <summary>Writes a mistake to the error stream.</summary>
    /// <param name="message">What was wrong and what is allowed.</param>
    /// <param name="remedy">A sentence or a command; null if the message says it.</param>
    /// <param name="arguments">The arguments of the command.</param>
    public static void Write(Sentence message, string? remedy, IReadOnlyList<string> arguments)
    {
        string text = message.Say(OptionNames.OfProperty);
        Console.Error.WriteLine($"error: {Secrets.HideUsers(text)}");
        int position = message.Settings.FirstOrDefault() is string property && text.StartsWith('-')
            ? IndexOf(arguments, OptionNames.OfProperty(property))
            : -1;
        if (position >= 0)
        {
            WriteMarked(arguments, position);
        }

        if (remedy is not null)
        {
            Console.Error.WriteLine($"  try: {remedy}");
        }
    }

    /// <summary>The option that has a value and takes none.</summary>
    /// <remarks>The parser lets such a value stand by itself, and takes it for the name of a run.</remarks>
    /// <param name="parsed">The command line.</param>
    /// <param name="arguments">Its words.</param>
    /// <returns>The option as it was typed; null where there is none.</returns>
    public static string? FlagWithValue(ParseResult parsed, IReadOnlyList<string> arguments)
    {
        foreach (string[] parts in arguments.TakeWhile(static word => word != "--")
            .Select(static word => word.Split(Joints, 2))
            .Where(static parts => parts.Length == 2))
        {
            Option? option = parsed.CommandResult.Command.Options.FirstOrDefault(
                one => one.Name == parts[0] || one.Aliases.Contains(parts[0]));
            bool takesTruth = option?.ValueType == typeof(bool) && parts[1] is "true" or "false";
            if (option?.Arity.MaximumNumberOfValues == 0 || (option?.ValueType == typeof(bool) && !takesTruth))
            {
                return parts[0];
            }
        }

        return null;
    }

    /// <summary>Writes what the parser did not understand.</summary>
    public static void WriteParseErrors(ParseResult parsed, IReadOnlyList<string> arguments)
    {
        ImmutableArray<ParseError> errors = [.. parsed.Errors.DistinctBy(Say)];
        string[] sentences = FlagWithValue(parsed, arguments) is string flag ? [OptionErrors.TakesNoValue(flag)]
            : parsed.UnmatchedTokens.FirstOrDefault(IsOption) is string unknown
            ? [UnknownOption(unknown, parsed.CommandResult.Command)]
            : [.. errors.Select(Say)];
        foreach (string sentence in sentences)
        {
            Console.Error.WriteLine($"error: {Secrets.HideUsers(sentence)}");
        }

        List<string> path = [];
        for (SymbolResult? result = parsed.CommandResult; result is CommandResult command; result = result.Parent)
        {
            path.Insert(0, command.Command is RootCommand ? CommandName.Current : command.Command.Name);
        }

        ImmutableArray<(string Option, string? Value)> fixes = [.. errors.Select(Fix).OfType<(string, string?)>()];
        if (fixes.Length > 0 && IndexOf(arguments, fixes[0].Option) is int position and >= 0)
        {
            WriteMarked(arguments, position);
        }
        else if (arguments.Count > 0)
        {
            Console.Error.WriteLine($"  {CommandName.Current} {PosixShell.Quote(arguments)}");
        }

        Console.Error.WriteLine(fixes.Length == errors.Length
            ? $"  try: {Corrected(arguments, fixes)}"
            : $"  try: {string.Join(' ', path)} --help");
    }

    /// <summary>What the parser did not understand, in a sentence about the option.</summary>
    internal static string Say(ParseError error) => error.SymbolResult switch
    {
        OptionResult { Tokens.Count: 0, Implicit: false } missing => OptionErrors.WithoutValue(missing.Option.Name),
        OptionResult { Option.Arity.MaximumNumberOfValues: 1, IdentifierTokenCount: > 1 } again =>
            OptionErrors.GivenAgain(again.Option.Name, again.IdentifierTokenCount),
        _ => error.Message,
    };

    private static string UnknownOption(string typed, Command command)
    {
        string name = typed.Split(Joints, 2)[0];
        IEnumerable<string> near = command.Options
            .SelectMany(static option => option.Aliases.Append(option.Name))
            .OrderBy(other => Spelling.Distance(name, other))
            .Take(NearNames);
        return $"There is no option {name}; nearest are {string.Join(", ", near)}.";
    }

    private static (string Option, string? Value)? Fix(ParseError error) =>
        error.SymbolResult is OptionResult { Option: IListedOption listed, IdentifierTokenCount: <= 1 } result
        && listed.Suggest(result.Tokens.Count == 0 ? string.Empty : result.Tokens[0].Value) is string value
            ? (result.Option.Name, value)
            : null;

    private static int IndexOf(IReadOnlyList<string> arguments, string option)
    {
        for (int i = 0; i < arguments.Count; i++)
        {
            if (OptionAliases.NameOf(arguments[i].Split(Joints, 2)[0]) == option)
            {
                return i;
            }
        }

        return -1;
    }

    private static void WriteMarked(IReadOnlyList<string> arguments, int position)
    {
        List<string> words = [CommandName.Current, .. arguments.Select(PosixShell.Quote)];
        bool hasOwnValue = arguments[position].IndexOfAny(Joints) < 0 && position + 2 < words.Count;
        int last = hasOwnValue ? position + 2 : position + 1;
        int start = words.Take(position + 1).Sum(static word => word.Length + 1);
        int length = words.Skip(position + 1).Take(last - position).Sum(static word => word.Length + 1) - 1;
        Console.Error.WriteLine($"  {string.Join(' ', words)}");
        Console.Error.WriteLine($"  {new string(' ', start)}{new string('^', length)}");
    }

    // The user's own command with values replaced, or with options added. What is not shown cannot be part of a command
    // that runs as it is printed.
    private static string Corrected(IReadOnlyList<string> arguments, IEnumerable<(string Option, string? Value)> fixes)
    {
        List<string> words = [.. Secrets.Without(arguments)];
        foreach ((string option, string? value) in fixes)
        {
            int position = IndexOf(words, option);
            if (position < 0)
            {
                words.AddRange(value is null ? [option] : [option, value]);
            }
            else if (words[position].Split(Joints, 2) is [string typed, _])
            {
                words[position] = $"{typed}={value}";
            }
            else if (position + 1 < words.Count && OptionAliases.NameOf(words[position + 1]) == words[position + 1]
                && !IsOption(words[position + 1]))
            {
                words[position + 1] = value!;
            }
            else
            {
                words.Insert(position + 1, value!);
            }
        }

        string command = $"{CommandName.Current} {PosixShell.Quote(words)}";
        string[] leftOut =
        [
            .. Secrets.Options.Where(option => IndexOf(arguments, option) >= 0 && IndexOf(words, option) < 0),
        ];
        return leftOut.Length == 0 ? command : $"{command}\n  and: {string.Join(", ", leftOut)} as before";
    }

    private static bool IsOption(string word) => word.StartsWith("--", StringComparison.Ordinal);
}
