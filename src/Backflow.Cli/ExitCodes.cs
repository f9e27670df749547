namespace Backflow.Cli;

/// <summary>
/// What the process tells its caller, where no signal ended it (<see cref="Interruption.ExitCode"/>).
/// </summary>
internal static class ExitCodes
{
    /// <summary>Everything that was asked for is done.</summary>
    public const int Done = 0;

    /// <summary>The command was right and the run failed.</summary>
    public const int Failed = 1;

    /// <summary>The command was wrong: nothing was begun.</summary>
    public const int WrongCommand = 2;
}
