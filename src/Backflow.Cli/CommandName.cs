using System.Text.RegularExpressions;
using Backflow.Cli.Output;

namespace Backflow.Cli;

/// <summary>How the user calls this program, so that every command we print can be pasted.</summary>
internal static partial class CommandName
{
    /// <summary>Set by the script at the repository's root, which is called in another way than an installed program.</summary>
    private const string Variable = "BACKFLOW_COMMAND";

    private const string StoreOption = "--store";

    /// <summary>The program as the user typed it.</summary>
    public static string Current { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } name
        ? name
        : "backflow";

    // What finds the runs of the store that this command was given; nothing for the usual one.
    private static string Store { get; } = StoreOf(Environment.GetCommandLineArgs());

    /// <summary>A command of a lower layer, as this user types it.</summary>
    public static string LocaliseCommand(string command) => command.StartsWith("backflow ", StringComparison.Ordinal)
        ? Current + command["backflow".Length..] + (command.Contains(StoreOption, StringComparison.Ordinal) ? string.Empty : Store)
        : command;

    /// <summary>A message of a lower layer, with its commands as this user types them.</summary>
    public static string Localise(string message) =>
        QuotedCommand().Replace(message, static quoted => $"'{LocaliseCommand(quoted.Groups[1].Value)}'");

    private static string StoreOf(string[] arguments)
    {
        int at = Array.IndexOf(arguments, StoreOption);
        string? file = at >= 0
            ? arguments.ElementAtOrDefault(at + 1)
            : Array.Find(arguments, static argument => argument.StartsWith(StoreOption + "=", StringComparison.Ordinal))?[(StoreOption.Length + 1)..];
        return file is null ? string.Empty : $" {StoreOption} {ErrorReport.Quoted(file)}";
    }

    [GeneratedRegex("'(backflow [^']*)'")]
    private static partial Regex QuotedCommand();
}
