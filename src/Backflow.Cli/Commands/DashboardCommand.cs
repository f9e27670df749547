using System.CommandLine;
using Backflow.Cli.Options;
using Backflow.Cli.Output;
using Backflow.Runs;

namespace Backflow.Cli.Commands;

/// <summary>backflow dashboard: serves the runs of a store as a page, also while another process writes them.</summary>
internal static class DashboardCommand
{
    public static Command Create()
    {
        DashboardServingOptions serving = new();
        ValueOption<string> store = StoreOption.Create();
        Command command = new DocumentedCommand(
            "dashboard",
            "Show the runs of a store in the browser: live ones while they train, finished ones as they ended.",
            """
            backflow dashboard
            backflow dashboard --store other/backflow.db --port 8000
            backflow dashboard --host 0.0.0.0                 for other machines, which need the token
            """);
        command.Options.Add(store);
        serving.AddTo(command);
        command.SetAction(parsed =>
        {
            StandardOutput.MayEnd();
            using RunStore runs = DashboardSession.OpenStore(parsed.GetValue(store)!);
            using DashboardSession session =
                DashboardSession.Start(runs, serving.Read(parsed), new CommandWriter(parsed.GetValue(store)!),
                    trains: false);
            if (runs.IsMissing)
            {
                TextLine.Write(
                    $"There is no store at {parsed.GetValue(store)} yet: lessons and explorer need none, and a run "
                    + "appears when it is trained.");
            }

            session.Announce(Console.Out, runs.IsMissing ? DashboardSession.Lessons : string.Empty);
            DashboardSession.WaitForInterruption(Console.Out, "Ctrl+C ends it.");
            return ExitCodes.Done;
        });
        return command;
    }
}
