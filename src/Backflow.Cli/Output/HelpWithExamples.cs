using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Backflow.Cli.Commands;

namespace Backflow.Cli.Output;

/// <summary>The help of a command: options under headings, with the defaults that will be used, and examples.</summary>
internal sealed class HelpWithExamples : SynchronousCommandLineAction
{
    /// <summary>Puts this in place of the plain help.</summary>
    public static void AddTo(RootCommand root) =>
        root.Options.OfType<HelpOption>().First().Action = new HelpWithExamples();

    /// <summary>Help is for those who do not know the arguments yet: a missing one is no error.</summary>
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        TextWriter output = parseResult.InvocationConfiguration.Output;
        Command command = parseResult.CommandResult.Command;
        HelpPage page = new(output, Console.IsOutputRedirected ? int.MaxValue : Math.Max(60, Console.WindowWidth));
        page.Write(command);
        if (command is DocumentedCommand { Examples: string examples })
        {
            output.WriteLine("Examples:");
            foreach (string line in examples.Split('\n'))
            {
                output.WriteLine($"  {CommandName.Current}{line[CommandName.Program.Length..]}");
            }
        }

        return ExitCodes.Done;
    }
}
