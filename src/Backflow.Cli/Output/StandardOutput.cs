using System.Runtime.InteropServices;

namespace Backflow.Cli.Output;

/// <summary>The output of a command, which may end before the command does: its disk is full, or the reader of
/// its pipe has gone.</summary>
/// <remarks>
/// A command that only prints ends there. One that keeps what it computes, in a store or a file, goes on: an hour of
/// training does not hang on a log.
/// </remarks>
internal static class StandardOutput
{
    // SIGXFSZ, on Linux and on macOS.
    private const int FileTooLarge = 25;

    private static bool _isNeeded;
    private static string? _failure;
    private static PosixSignalRegistration? _limit;

    /// <summary>Watches over what is written from here on.</summary>
    public static void Guard()
    {
        (_failure, _isNeeded) = (null, true);

        // A limit of the user's (ulimit -f) ends the writing of a file and not the process.
        _limit ??= OperatingSystem.IsWindows()
            ? null
            : PosixSignalRegistration.Create((PosixSignal)FileTooLarge, static context => context.Cancel = true);
#pragma warning disable CA2000 // The console keeps its writers to the end of the program.
        Console.SetOut(new LastingWriter(Console.Out, static () => OutputPipe.IsClosed, Lose));

        // There is no third stream on which it could be said.
        Console.SetError(new LastingWriter(Console.Error, static () => false, static _ => { }));
#pragma warning restore CA2000
    }

    /// <summary>Says that the command goes on where its output cannot be written.</summary>
    public static void MayEnd() => _isNeeded = false;

    /// <summary>What the process tells its caller.</summary>
    /// <param name="exitCode">What the command came to.</param>
    /// <returns>Failed, where the command succeeded and not all of its output was written.</returns>
    public static int ExitCodeAfter(int exitCode)
    {
        if (_failure is null)
        {
            return exitCode;
        }

        Console.Error.WriteLine($"error: The output was not written to its end: {_failure}.");
        Console.Error.WriteLine("  What goes to the store and to files is kept.");
        return exitCode == ExitCodes.Done ? ExitCodes.Failed : exitCode;
    }

    private static void Lose(string reason)
    {
        _failure = reason;
        if (_isNeeded)
        {
            throw new OutputException(_failure);
        }
    }
}
