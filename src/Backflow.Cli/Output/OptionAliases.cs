using System.CommandLine;

namespace Backflow.Cli.Output;

/// <summary>Every spelling of every option, so that an error finds what the user typed.</summary>
internal static class OptionAliases
{
    private static readonly Lazy<Dictionary<string, string>> Names =
        new(static () => Collect(Program.CreateRoot(), []));

    /// <summary>The option's full name for what was typed, which may be an alias.</summary>
    public static string NameOf(string argument) =>
        Names.Value.TryGetValue(argument, out string? name) ? name : argument;

    private static Dictionary<string, string> Collect(Command command, Dictionary<string, string> names)
    {
        foreach (Option option in command.Options)
        {
            foreach (string alias in option.Aliases)
            {
                names[alias] = option.Name;
            }
        }

        foreach (Command child in command.Subcommands)
        {
            Collect(child, names);
        }

        return names;
    }
}
