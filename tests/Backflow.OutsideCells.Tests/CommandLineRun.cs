using System.Text.Json;
using Backflow.Cli;

namespace Backflow.OutsideCells.Tests;

/// <summary>A command in the process of the test, which knows the cells registered there.</summary>
internal sealed record CommandLineRun(int ExitCode, string Output, string Error)
{
    /// <summary>The output as one JSON object per line.</summary>
    public List<JsonElement> Json() =>
    [
        .. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => JsonDocument.Parse(line).RootElement.Clone()),
    ];

    public static CommandLineRun Of(params string[] arguments)
    {
        TextWriter output = Console.Out;
        TextWriter error = Console.Error;
        using StringWriter own = new();
        using StringWriter ownError = new();
        try
        {
            Console.SetOut(own);
            Console.SetError(ownError);
            int code = Program.Main(arguments);
            return new CommandLineRun(code, own.ToString(), ownError.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }

    /// <summary>A command that must succeed.</summary>
    public static CommandLineRun Done(params string[] arguments)
    {
        CommandLineRun run = Of(arguments);
        Assert.True(
            run.ExitCode == 0, $"{string.Join(' ', arguments)} ended with {run.ExitCode}: {run.Output}{run.Error}");
        return run;
    }
}
