namespace Backflow.Cli;

/// <summary>How the user calls this program, so that every command we print can be pasted.</summary>
internal static class CommandName
{
    /// <summary>Set by the script at the repository's root, which is called in another way than an installed program.</summary>
    private const string Variable = "BACKFLOW_COMMAND";

    /// <summary>The program as the user typed it.</summary>
    public static string Current { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } name
        ? name
        : "backflow";

    /// <summary>A command of a lower layer, as this user types it.</summary>
    public static string LocaliseCommand(string command) =>
        command.StartsWith("backflow ", StringComparison.Ordinal) ? Current + command["backflow".Length..] : command;

    /// <summary>A message of a lower layer, with its commands as this user types them.</summary>
    public static string Localise(string message) =>
        Current == "backflow" ? message : message.Replace("'backflow ", $"'{Current} ", StringComparison.Ordinal);
}
