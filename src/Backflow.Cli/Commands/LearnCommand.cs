using System.CommandLine;
using System.Globalization;
using Backflow.Cli.Options;
using Backflow.Cli.Output;
using Backflow.Dashboard.Site;
using Backflow.Runs;
using Backflow.Telemetry;
using Backflow.Training;

namespace Backflow.Cli.Commands;

/// <summary>backflow learn: opens the lessons, or writes them as a site that needs no server.</summary>
internal static class LearnCommand
{
    private const double BytesPerMegabyte = 1e6;

    private static string ComparisonCommand => string.Create(
        CultureInfo.InvariantCulture,
        $"{CommandName.Program} compare --task adding --length 50 --cells rnn,lstm --steps {SiteComparison.Steps} "
            + $"--telemetry-interval 1");

    public static Command Create()
    {
        DashboardServingOptions serving = new();
        ValueOption<string> store = StoreOption.Create();
        ValueOption<string?> export = new("export", ValueRule.Path("lessons"), "FOLDER")
        {
            Description =
                "Write lessons, explorer, quiz and a recorded comparison into a new folder, for any web host.",
        };
        Command command = new DocumentedCommand(
            "learn",
            "Open the lessons in the browser, or write them as a site that needs no server.",
            """
            backflow learn
            backflow learn --export lessons                   files for a web host; the engine runs in the page
            """);
        command.Options.Add(export);
        command.Options.Add(store);
        serving.AddTo(command);
        command.SetAction(parsed =>
        {
            StandardOutput.MayEnd();
            if (parsed.GetValue(export) is string folder)
            {
                return Export(folder);
            }

            using RunStore runs = DashboardSession.OpenStore(parsed.GetValue(store)!);
            using DashboardSession session = DashboardSession.Start(
                runs, serving.Read(parsed), new CommandWriter(parsed.GetValue(store)!), trains: false);
            session.Announce(Console.Out, DashboardSession.Lessons);
            DashboardSession.WaitForInterruption(Console.Out, "Ctrl+C ends it.");
            return ExitCodes.Done;
        });
        return command;
    }

    private static int Export(string folder)
    {
        SiteExport.Require(folder);
        using Interruption interruption = new();
        TextLine.Write($"Trains an RNN and an LSTM for {SiteComparison.Steps} steps, as the comparison of the site.");
        (int files, long bytes) = SiteComparison.Train(
            ComparisonCommand,
            TimeProvider.System,
            (runs, comparison) => SiteExport.Write(folder, runs, comparison),
            interruption.Token);
        TextLine.Write(
            $"Wrote {NumberText.Counted(NumberText.Count(files), "file")}, "
            + $"{NumberText.Of(bytes / BytesPerMegabyte)} MB, to {folder}.");
        TextLine.Write("Copy the folder to any web host. Opened as a file, a browser does not start the engine.");
        return ExitCodes.Done;
    }
}
