using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Backflow.Cli.Options;
using Backflow.Cli.Output;
using Backflow.Experiments.Recording;
using Backflow.Runs;
using Backflow.Runs.Columns;
using Backflow.Runs.Manifest;
using Backflow.Telemetry;
using Backflow.Training;
using Backflow.Training.Verdicts;
using Spectre.Console;

namespace Backflow.Cli.Commands;

/// <summary>backflow runs: lists, shows and deletes what was kept.</summary>
internal static class RunsCommand
{
    public static Command Create()
    {
        Command command = new DocumentedCommand(
            "runs",
            "List, show, tag and delete runs; pause, stop and change those that are trained. Without more: list them.",
            """
            backflow runs
            backflow runs --filter tag:good                   or words, or '/^(lstm|gru)-00/'
            backflow runs show lstm-0001
            backflow runs tag lstm-0001 good long-memory
            backflow runs note lstm-0001 'The first that learnt 100 timesteps.'
            backflow runs pause lstm-0001                     trained by another process, or another terminal
            backflow runs change lstm-0001 --learning-rate 0.001
            backflow runs delete lstm-0001 --yes
            """)
        {
            Listing(new Command("list", "List runs, newest first.")),
            CreateShow(),
            CreateDelete(),
        };
        foreach (Command request in RunNoteCommands.Create().Concat(RunRequestCommands.Create()))
        {
            command.Subcommands.Add(request);
        }

        return Listing(command);
    }

    private static Command Listing(Command command)
    {
        ValueOption<string> store = StoreOption.Create();
        Option<bool> json = StoreOption.CreateJson();
        ValueOption<string?> filter = new(
            "filter",
            ValueRule.Form(
                $"words, or a regular expression between slashes, at most {RunFilter.Longest} characters",
                static text => RunFilter.TryParse(text) is not null,
                "/^(lstm|gru)-00/"),
            "TEXT")
        {
            Description = "Only runs with these words, or tag:NAME, or that match a /regular expression/.",
        };
        Option<bool> all = new("--all")
        {
            Description = "List the trials of diagnoses, the trainings of sweeps and the networks of the dependency "
                + "page too.",
        };
        command.Options.Add(filter);
        command.Options.Add(all);
        command.Options.Add(store);
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            using RunStore runs = RunStore.OpenExisting(parsed.GetValue(store)!);
            RunList listed = RunList.Of(runs, parsed.GetValue(filter), parsed.GetValue(all));
            if (parsed.GetValue(json))
            {
                foreach (RunOverview run in listed.Runs)
                {
                    JsonOutput.Write(ToJson(run, checkpoints: null, withConfiguration: false));
                }
            }
            else
            {
                WriteTable(listed);
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static Command CreateShow()
    {
        Argument<string> run = StoreOption.CreateRun();
        ValueOption<string> store = StoreOption.Create();
        Option<bool> json = StoreOption.CreateJson();
        Command command = new("show", "Show one run: configuration, results, checkpoints, newest sample.")
        {
            run, store, json,
        };
        command.SetAction(parsed =>
        {
            using RunStore runs = RunStore.OpenExisting(parsed.GetValue(store)!);
            RunManifest manifest = runs.FindRun(parsed.GetValue(run)!);
            RunOverview overview = runs.GetOverview(manifest.Id, RecordedReach.Metrics);
            long[] checkpoints = [.. runs.Checkpoints.List(manifest.Id).Select(static checkpoint => checkpoint.Step)];
            if (parsed.GetValue(json))
            {
                JsonOutput.Write(ToJson(overview, checkpoints, withConfiguration: true));
            }
            else
            {
                WriteRun(overview, checkpoints, runs.OpenReader(manifest.Id),
                    new CommandWriter(parsed.GetValue(store)!));
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static Command CreateDelete()
    {
        Argument<string> run = StoreOption.CreateRunInFull();
        ValueOption<string> store = StoreOption.Create();
        Option<bool> yes = new("--yes") { Description = "Delete without asking." };
        Command command = new("delete", "Delete a run with its checkpoints. There is no way back.") { run, yes, store };
        command.SetAction(parsed =>
        {
            using RunStore runs = RunStore.OpenExisting(parsed.GetValue(store)!);
            RunManifest manifest = runs.FindRunInFull(parsed.GetValue(run)!);
            if (!parsed.GetValue(yes) && !Confirm(manifest, CommandLines.Typed(parsed)))
            {
                Console.Out.WriteLine("Nothing was deleted.");
                return ExitCodes.Done;
            }

            runs.Delete(manifest.Id);
            Console.Out.WriteLine($"Deleted run {manifest.Id}.");
            return ExitCodes.Done;
        });
        return command;
    }

    private static bool Confirm(RunManifest manifest, string typed)
    {
        if (Console.IsInputRedirected)
        {
            throw new ExperimentException(
                $"Deleting run {manifest.Id} needs a confirmation, and there is no terminal to ask on.",
                $"{CommandName.Localise(typed)} --yes");
        }

        string steps = NumberText.Count(manifest.LastStep ?? 0);
        return AnsiConsole.Confirm(
            $"Delete run {Markup.Escape(manifest.Id)} ({steps} steps) with its checkpoints?", defaultValue: false);
    }

    private static void WriteTable(RunList listed)
    {
        if (listed.Runs.IsEmpty)
        {
            Console.Out.WriteLine(listed.Kept == 0 ? $"No runs yet. Train one:  {CommandName.Of("train")}"
                : listed.LeftOutSentence ?? "No run matches the filter.");
            return;
        }

        FigureTable table = new(
            FigureColumn.Word("run"),
            FigureColumn.Word("name", 4),
            FigureColumn.Word("status"),
            FigureColumn.Word("task", 5),
            FigureColumn.Word("cell", 1),
            FigureColumn.Figure("steps"),
            FigureColumn.Figure("train", 2),
            FigureColumn.Figure("valid"),
            FigureColumn.Figure("context"),
            FigureColumn.Figure("reach"),
            FigureColumn.Word("tags", 2),
            FigureColumn.Word("created", 3));
        foreach (RunOverview overview in listed.Runs)
        {
            RunManifest run = overview.Run;
            RecordedReach reach = RecordedReach.Of(overview.Newest.AsSpan());
            table.Add(
                run.Id,
                run.Id == run.Name ? NumberText.Nothing : run.Name,
                StateText(run),
                run.Task,
                run.Cell,
                NumberText.Count(run.LastStep ?? 0),
                NumberText.Loss(run.FinalTrainingLoss),
                NumberText.Loss(run.FinalValidationLoss),
                reach.ContextText,
                reach.Growth is double growth ? $"×{NumberText.Of(growth)}" : reach.GradientReachText,
                run.Tags.IsEmpty ? NumberText.Nothing : string.Join(' ', run.Tags),
                run.Created.ToLocalTime().ToString("MM-dd HH:mm", CultureInfo.InvariantCulture));
        }

        AnsiConsole.Write(table);
        if (listed.LeftOutSentence is string leftOut)
        {
            TextLine.Write(leftOut);
        }
    }

    private static void WriteRun(RunOverview overview, long[] checkpoints, RunReader reader, CommandWriter commands)
    {
        RunManifest run = overview.Run;
        RecordedReach reach = RecordedReach.Of(overview.Newest.AsSpan());
        string unit = run.Task is "text" or "sentences" ? "characters" : "timesteps";
        Grid grid = new Grid().AddColumn().AddColumn();
        Row(grid, "run", run.Id == run.Name ? run.Id : $"{run.Id} ({run.Name})");
        Row(grid, "status", StateText(run));
        if (!run.Tags.IsEmpty)
        {
            Row(grid, "tags", string.Join(' ', run.Tags));
        }

        if (run.Note.Length > 0)
        {
            Row(grid, "note", run.Note);
        }

        Row(grid, "task", $"{run.Task}, {run.Cell}");
        Row(grid, "steps", NumberText.Count(run.LastStep ?? 0));
        Row(grid, "training loss", Loss(run, run.FinalTrainingLoss));
        Row(grid, "validation loss", Loss(run, run.FinalValidationLoss));
        Row(grid, "effective context", $"{reach.ContextText} {unit}: how far back it uses its input");
        Row(grid, "gradient reach", $"{reach.GradientReachText}: how many {unit} back it could learn now");
        Row(grid, "checkpoints", checkpoints.Length == 0 ? "none" : "steps " + string.Join(", ", checkpoints));
        Row(grid, "created", run.Created.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));
        Row(grid, "command", run.CommandLine);
        Row(grid, "machine", run.Machine);
        Row(grid, "version", run.ProductVersion);
        Row(grid, "configuration", Settings(run.ConfigurationJson));
        AnsiConsole.Write(grid);
        foreach (RunEvent happened in reader.Events())
        {
            WriteEvent(happened, run.ConfigurationJson, commands);
        }

        if (reader.Samples() is [.., RunSample sample])
        {
            AnsiConsole.Write(new Panel(new Text(Terminal.Show(sample.Text.Trim())))
                .Header($" sample after step {NumberText.Count(sample.Step)} "));
        }
    }

    private static void WriteEvent(RunEvent happened, string configuration, CommandWriter commands)
    {
        // Older runs keep the command in the text too.
        string text = happened.Text.Split($" Try: {CommandName.Program} ", 2)[0];
        TextLine.Write($"step {NumberText.Count(happened.Step)}: {happened.Title}. {text}");
        if (happened.PayloadJson is not string payload)
        {
            return;
        }

        if (RecordedRemedies.FirstCommand(payload, configuration, commands) is string command)
        {
            TextLine.Write($"  try:  {CommandName.Localise(command)}");
        }
        else if (RecordedRemedies.FirstText(payload) is string words)
        {
            TextLine.Write($"  try:  {words}");
        }
    }

    // What is set, in words that a line may be broken between.
    private static string Settings(string configuration)
    {
        using JsonDocument document = JsonDocument.Parse(configuration);
        return string.Join(", ", document.RootElement.EnumerateObject()
            .Where(static one => one.Value.ValueKind != JsonValueKind.Null)
            .Select(static one => $"{one.Name} {TextOf(one.Value)}"));
    }

    private static string? TextOf(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText();

    private static void Row(Grid grid, string label, string value) =>
        grid.AddRow(new Text(label, new Style(Color.Grey)), new Text(Terminal.Show(value)));

    // Nats per character are those of a text; the loss of a task is its own.
    private static string Loss(RunManifest run, double? loss) =>
        run.Task is "text" or "sentences" || loss is null ? Figures.Loss(loss) : NumberText.Loss(loss);

    private static string StatusText(RunManifest run) => run.Status.ToString().ToLowerInvariant();

    // A run that waits is still being trained.
    private static string StateText(RunManifest run) => run.IsPaused ? "paused" : StatusText(run);

    private static JsonRun ToJson(RunOverview overview, long[]? checkpoints, bool withConfiguration)
    {
        RunManifest run = overview.Run;
        RecordedReach reach = RecordedReach.Of(overview.Newest.AsSpan());
        using JsonDocument? configuration = withConfiguration ? JsonDocument.Parse(run.ConfigurationJson) : null;
        return new JsonRun(
            run.Id,
            run.Name,
            StatusText(run),
            run.IsPaused,
            run.BelongsTo,
            run.Tags,
            run.Note,
            run.Task,
            run.Cell,
            run.Created,
            run.Updated,
            run.LastStep,
            run.FinalTrainingLoss,
            run.FinalValidationLoss,
            reach.Context,
            reach.ContextIsAtLeast,
            reach.Reach,
            reach.ReachIsAtLeast,
            reach.Growth,
            run.Seed,
            run.ProductVersion,
            run.Machine,
            run.CommandLine,
            checkpoints,
            configuration?.RootElement.Clone());
    }
}
