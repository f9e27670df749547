using System.Collections.Immutable;
using System.CommandLine;
using Backflow.Cli.Options;

namespace Backflow.Cli.Output;

/// <summary>Writes a command's description, usage, arguments, options by heading, and commands.</summary>
/// <param name="output">Where to.</param>
/// <param name="width">Columns of the terminal; no limit where lines go to a file.</param>
internal sealed class HelpPage(TextWriter output, int width)
{
    private const string Usual = "Options";
    private const int LargestLabel = 44;

    /// <summary>Writes all parts.</summary>
    /// <param name="command">The command, with its parents: usage names them all.</param>
    public void Write(Command command)
    {
        output.WriteLine("Description:");
        WriteLine("  ", command.Description ?? string.Empty);
        output.WriteLine();
        output.WriteLine("Usage:");
        output.WriteLine($"  {UsageOf(command)}");
        output.WriteLine();
        WriteTable("Arguments",
            [.. command.Arguments.Select(static argument =>
                ($"<{argument.Name}>", argument.Description ?? string.Empty))]);
        ImmutableArray<Option> options = [.. command.Options, .. Inherited(command)];
        foreach (IGrouping<string, Option> group in options
            .Where(static option => !option.Hidden)
            .GroupBy(static option => (option as IListedOption)?.Group ?? Usual)
            .OrderBy(static group => group.Key == Usual))
        {
            WriteTable(group.Key, [.. group.Select(static option => (LabelOf(option), DescriptionOf(option)))]);
        }

        WriteTable("Commands", [.. command.Subcommands
            .Where(static child => !child.Hidden)
            .Select(static child => (LabelOf(child), child.Description ?? string.Empty))]);
    }

    private static IEnumerable<Option> Inherited(Command command) => command.Parents
        .OfType<Command>()
        .SelectMany(static parent => parent.Options.Where(static option => option.Recursive).Concat(Inherited(parent)));

    private static string UsageOf(Command command)
    {
        Stack<string> path = new();
        for (Command? at = command; at is not null; at = at.Parents.OfType<Command>().FirstOrDefault())
        {
            path.Push(at is RootCommand ? CommandName.Program : at.Name);
        }

        IEnumerable<string> arguments = command.Arguments.Select(static argument =>
            argument.Arity.MinimumNumberOfValues == 0 ? $"[<{argument.Name}>]" : $"<{argument.Name}>");
        return string.Join(
            ' ',
            [
                .. path, .. arguments,
                .. command.Subcommands.Count > 0 ? (IEnumerable<string>)["[command]"] : [],
                "[options]",
            ]);
    }

    private static string LabelOf(Option option)
    {
        string names = string.Join(
            ", ",
            option.Aliases.Append(option.Name)
                .Where(static name => name.StartsWith('-'))
                .OrderBy(static name => name.StartsWith("--", StringComparison.Ordinal))
                .ThenBy(static name => name, StringComparer.Ordinal));
        return option.Arity.MaximumNumberOfValues == 0 || option.ValueType == typeof(bool) || option.HelpName is null
            ? names
            : $"{names} <{option.HelpName}>";
    }

    private static string LabelOf(Command command) =>
        string.Join(' ', [command.Name, .. command.Arguments.Select(static argument => $"<{argument.Name}>")]);

    private static string DescriptionOf(Option option)
    {
        string? words = option is IListedOption { DefaultWords: string said } ? said
            : option.HasDefaultValue && option.ValueType != typeof(bool)
                ? Convert.ToString(option.GetDefaultValue(), System.Globalization.CultureInfo.InvariantCulture)
            : null;
        return string.IsNullOrEmpty(words) ? option.Description ?? string.Empty
            : $"{option.Description} [default: {words}]";
    }

    private void WriteTable(string heading, ImmutableArray<(string Label, string Text)> rows)
    {
        if (rows.IsEmpty)
        {
            return;
        }

        output.WriteLine($"{heading}:");
        int label = Math.Min(Math.Min(LargestLabel, width / 2), rows.Max(static row => row.Label.Length));
        foreach ((string name, string text) in rows)
        {
            string begin = $"  {name.PadRight(label)}  ";
            WriteLine(begin, text, label + 4);
        }

        output.WriteLine();
    }

    // Words that do not fit go on below the first one.
    private void WriteLine(string begin, string text, int indentation = 2)
    {
        string line = begin;
        bool isEmpty = true;
        if (begin.Length > indentation && begin.TrimEnd().Length > indentation && begin.Length + text.Length > width)
        {
            output.WriteLine(begin.TrimEnd());
            line = new string(' ', indentation);
        }

        foreach (string word in text.Split(' '))
        {
            if (!isEmpty && line.Length + 1 + word.Length > width)
            {
                output.WriteLine(line.TrimEnd());
                line = new string(' ', indentation);
                isEmpty = true;
            }

            line += isEmpty ? word : " " + word;
            isEmpty = false;
        }

        output.WriteLine(line.TrimEnd());
    }
}
