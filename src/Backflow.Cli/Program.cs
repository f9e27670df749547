using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using Backflow.Cli.Commands;
using Backflow.Cli.Options;
using Backflow.Cli.Output;
using Backflow.Dashboard;
using Backflow.Experiments.Recording;
using Backflow.Runs;
using Backflow.Training;

namespace Backflow.Cli;

/// <summary>The command line, also for a program that registers cells of its own before.</summary>
#pragma warning disable CA1515 // Such a program calls it.
public static class Program
#pragma warning restore CA1515
{
    /// <summary>Parses, runs one command, and turns what goes wrong into a sentence and an exit code.</summary>
    /// <param name="arguments">The command and its options, as a shell gives them.</param>
    /// <returns>0 done, 1 the run failed, 2 the command was wrong, 129, 130, 143 ended by HUP, INT, TERM.</returns>
    public static int Main(string[] arguments)
    {
        Console.OutputEncoding = Encoding.UTF8;
        StandardOutput.Guard();
        TileRequest.Apply();
        Terminal.Open();
        RootCommand root = CreateRoot();

        // A value may begin with @, as a name or a prompt does; no file of options stands behind it.
        ParseResult parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 || ErrorReport.FlagWithValue(parsed, arguments) is not null)
        {
            ErrorReport.WriteParseErrors(parsed, Secrets.Hide(arguments));
            return ExitCodes.WrongCommand;
        }

        if (parsed.CommandResult.Children.OfType<ArgumentResult>()
            .FirstOrDefault(static one => one.Argument.Name is "RUN" or "FILE" or "FOLDER" or "DIR"
                && one.Tokens.Any(static word => word.Value.Length == 0)) is ArgumentResult empty)
        {
            ErrorReport.Write(
                $"{empty.Argument.Name} must not be empty.",
                $"{CommandName.Program} {parsed.CommandResult.Command.Name} --help",
                Secrets.Hide(arguments));
            return ExitCodes.WrongCommand;
        }

        try
        {
            return StandardOutput.ExitCodeAfter(
                parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false }));
        }
        catch (OutputException lost)
        {
            if (!lost.IsOfPipe)
            {
                ErrorReport.Write(lost.Message, remedy: null, []);
            }

            return ExitCodes.Failed;
        }
        catch (OperationCanceledException) when (Interruption.Last is not null)
        {
            // Before anything was there that could be lost, such as while a text was waited for.
            return Interruption.Last.Value;
        }
        catch (ReportException failure)
        {
            ErrorReport.Write(
                failure.SaidMessage, failure.SaidRemedy.Say(OptionNames.OfProperty), Secrets.Hide(arguments));
            return ExitCodes.Failed;
        }
        catch (ExperimentException mistake)
        {
            ErrorReport.Write(mistake, Secrets.Hide(arguments));
            return ExitCodes.WrongCommand;
        }
        catch (DashboardException mistake)
        {
            ErrorReport.Write(
                mistake.SaidMessage, mistake.SaidRemedy.Say(OptionNames.OfProperty), Secrets.Hide(arguments));
            return ExitCodes.WrongCommand;
        }
        catch (RunNotFoundException mistake)
        {
            ErrorReport.Write(mistake.Message, WaysOut.CommandOf(mistake.WayOut, arguments), Secrets.Hide(arguments));
            return ExitCodes.WrongCommand;
        }
        catch (RunStoreException failure)
        {
            ErrorReport.Write(failure.Message, WaysOut.CommandOf(failure.WayOut, arguments), Secrets.Hide(arguments));
            return ExitCodes.Failed;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            ErrorReport.Write(WhatFailed(failure), null, Secrets.Hide(arguments));
            return ExitCodes.Failed;
        }
    }

    /// <summary>All commands.</summary>
    internal static RootCommand CreateRoot()
    {
        RootCommand root =
            new("Backflow shows how far back a recurrent network can learn, why it cannot learn further, and what to "
                + "change.")
            {
                TrainCommand.Create(),
                CompareCommand.Create(),
                ResumeCommand.Create(),
                GenerateCommand.Create(),
                RunsCommand.Create(),
                ExperimentCommand.Create(),
                SweepCommand.Create(),
                DashboardCommand.Create(),
                LearnCommand.Create(),
                DiagnoseCommand.Create(),
                DynamicsCommand.Create(),
                AnalyseCommand.Create(),
                WatchCommand.Create(),
                ImportCommand.Create(),
                ExportCommand.Create(),
                GradcheckCommand.Create(),
                OnnxCheckCommand.Create(),
                BenchCommand.Create(),
                CompletionCommand.Create(),
            };
        HelpWithExamples.AddTo(root);
        return root;
    }

    // Every path that is not whole is looked for from the current folder, and the system says only that it is missing.
    private static string WhatFailed(Exception failure) => Directory.Exists(".") ? failure.Message
        : "The folder that this command was started in is gone; change to one that exists.";
}
