using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Backflow.Cli.Commands;

namespace Backflow.Cli.Output;

/// <summary>The help of a command, followed by its examples.</summary>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    /// <summary>Puts this in place of the plain help.</summary>
    public static void AddTo(RootCommand root)
    {
        HelpOption option = root.Options.OfType<HelpOption>().First();
        option.Action = new HelpWithExamples((HelpAction)option.Action!);
    }

    /// <summary>Help is for those who do not know the arguments yet: a missing one is no error.</summary>
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        int result = help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is DocumentedCommand { Examples: string examples })
        {
            TextWriter output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (string line in examples.Split('\n'))
            {
                output.WriteLine($"  {CommandName.Current}{line["backflow".Length..]}");
            }
        }

        return result;
    }
}
