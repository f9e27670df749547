using System.Runtime.ExceptionServices;
using Xunit;

namespace Backflow.Cli.Tests;

/// <summary>Tests that run commands in their own process: these use its console and its current folder.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class CommandsInProcess
{
    public const string Name = "commands in the process of the tests";
}

/// <summary>A command in the process of the test, which costs no start.</summary>
internal static class CommandInProcess
{
    // Only a command that hangs is ever waited for so long.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Runs a command in a folder.</summary>
    public static ProcessResult Run(string folder, params string[] arguments)
    {
        using StringWriter own = new();
        return Run(folder, own, static () => { }, arguments);
    }

    /// <summary>Runs a command whose output is a file or a device.</summary>
    public static ProcessResult RunInto(string device, string folder, params string[] arguments)
    {
        // What a full device did not take would be written once more when the writer is disposed of.
#pragma warning disable CA2000
        StreamWriter own = new(new FileStream(device, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0))
        {
            AutoFlush = true,
        };
#pragma warning restore CA2000
        return Run(folder, own, static () => { }, arguments);
    }

    /// <summary>Runs a command in a folder that is deleted meanwhile.</summary>
    public static ProcessResult RunWithoutFolder(string folder, params string[] arguments)
    {
        using StringWriter own = new();
        string gone = Directory.CreateDirectory(Path.Combine(folder, "gone")).FullName;
        return Run(gone, own, () => Directory.Delete(gone), arguments);
    }

    private static ProcessResult Run(string folder, TextWriter own, Action prepare, string[] arguments)
    {
        TextWriter output = Console.Out;
        TextWriter error = Console.Error;
        string before = Directory.GetCurrentDirectory();
        using StringWriter ownError = new();
        try
        {
            Directory.SetCurrentDirectory(folder);
            prepare();
            Console.SetOut(own);
            Console.SetError(ownError);
            int code = End(arguments);
            return new ProcessResult(code, $"{own}", ownError.ToString());
        }
#pragma warning disable CA1031 // An exception that is not caught ends a process so.
        catch (Exception failure)
        {
            return new ProcessResult(134, $"{own}", $"Unhandled exception. {failure}");
        }
#pragma warning restore CA1031
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
            Directory.SetCurrentDirectory(before);
        }
    }

    // On a thread of its own, so that a command that serves where it should refuse fails a test and does not hang it.
    private static int End(string[] arguments)
    {
        int code = 0;
        ExceptionDispatchInfo? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                code = Program.Main(arguments);
            }
#pragma warning disable CA1031 // It is thrown again below.
            catch (Exception thrown)
            {
                failure = ExceptionDispatchInfo.Capture(thrown);
            }
#pragma warning restore CA1031
        })
        {
            IsBackground = true,
        };
        thread.Start();
        if (!thread.Join(Patience))
        {
            throw new TimeoutException($"backflow {string.Join(' ', arguments)} did not end within {Patience}.");
        }

        failure?.Throw();
        return code;
    }
}
