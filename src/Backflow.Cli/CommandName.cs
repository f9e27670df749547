using Backflow.Cli.Options;

namespace Backflow.Cli;

/// <summary>How the user calls this program, so that every command we print can be pasted.</summary>
internal static class CommandName
{
    /// <summary>The program's name in commands that are kept.</summary>
    public const string Program = "backflow";

    /// <summary>
    /// Set by the script at the repository's root, which is called in another way than an installed program.
    /// </summary>
    private const string Variable = "BACKFLOW_COMMAND";

    /// <summary>The program as the user typed it, quoted where it is a file whose path needs that.</summary>
    public static string Current { get; } = Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } name
        ? Program
        : File.Exists(name) ? PosixShell.Quote(name)
        : name;

    /// <summary>What finds the runs of the store that this command was given; empty for the usual one.</summary>
    public static string Store { get; } = StoreOf(Environment.GetCommandLineArgs());

    /// <summary>A command for the same store.</summary>
    /// <param name="words">The command and its arguments, not yet quoted.</param>
    /// <returns>The command as this user types it.</returns>
    public static string Of(params IEnumerable<string> words) => $"{Current} {PosixShell.Quote(words)}{Store}";

    /// <summary>A command that was kept, as this user types it.</summary>
    /// <param name="command">A command that begins with the program's name.</param>
    /// <returns>The command with this user's name for the program, and with the store where it names none.</returns>
    public static string Localise(string command)
    {
        string store = NamesAStore(command) ? string.Empty : Store;
        return command.StartsWith(Program + " ", StringComparison.Ordinal)
            ? Current + command[Program.Length..] + store
            : command;
    }

    /// <summary>The end of a command that finds the runs of a store.</summary>
    /// <param name="file">The store's file.</param>
    /// <returns>The option with a blank before it; empty for the usual store.</returns>
    public static string StoreIn(string file) =>
        file == StoreOption.DefaultPath ? string.Empty
        : $" {PosixShell.Quote(PosixShell.Option(StoreOption.Name, file))}";

    /// <summary>Whether a command says in which store its run is; a name that contains the option's does not.</summary>
    /// <param name="command">A command that was quoted here.</param>
    public static bool NamesAStore(string command) => PosixShell.Words(command).Any(static word =>
        word == StoreOption.Name || word.StartsWith(StoreOption.Name + "=", StringComparison.Ordinal));

    private static string StoreOf(string[] arguments)
    {
        int at = Array.IndexOf(arguments, StoreOption.Name);
        string? joined = Array.Find(arguments, static argument =>
            argument.StartsWith(StoreOption.Name + "=", StringComparison.Ordinal)
            || argument.StartsWith(StoreOption.Name + ":", StringComparison.Ordinal));
        string? file = at >= 0 ? arguments.ElementAtOrDefault(at + 1) : joined?[(StoreOption.Name.Length + 1)..];
        return file is null ? string.Empty : StoreIn(file);
    }
}
