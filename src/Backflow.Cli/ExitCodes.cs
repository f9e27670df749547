namespace Backflow.Cli;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCodes
{
    /// <summary>Everything that was asked for is done.</summary>
    public const int Done = 0;

    /// <summary>The command was right and the run failed.</summary>
    public const int Failed = 1;

    /// <summary>The command was wrong: nothing was begun.</summary>
    public const int WrongCommand = 2;

    /// <summary>Interrupted by the user; what was done is saved.</summary>
    public const int Interrupted = 130;
}
