using System.Collections.Immutable;
using Backflow.Experiments.Sweeps;
using Backflow.Runs.Manifest;
using Backflow.Telemetry;
using Backflow.Training;
using Spectre.Console;

namespace Backflow.Cli.Output;

/// <summary>A sweep as text, or as lines of JSON.</summary>
internal static class SweepPage
{
    private const int MostReasons = 10;

    /// <summary>The trainings that a sweep would have.</summary>
    public static void WritePlan(SweepPlan plan, string name, ICommandWriter commands, bool isJson)
    {
        foreach (SweepMember member in plan.Members)
        {
            string command = commands.Train(member.Configuration);
            if (isJson)
            {
                JsonOutput.Write(new JsonSweepMember(
                    "member", member.NameIn(name), plan.Options, member.Point.Values, member.Seed, command));
            }
            else
            {
                Console.Out.WriteLine($"{member.NameIn(name)}:  {CommandName.Localise(command)}");
            }
        }

        if (!isJson)
        {
            TextLine.Write($"{Trainings(plan)}; nothing was trained.");
        }
    }

    /// <summary>What is about to be trained.</summary>
    public static void WriteBegin(SweepRun run, int parallel, bool isJson)
    {
        if (isJson)
        {
            JsonOutput.Write(new JsonSweepStart(
                "start", run.Name, run.RunId, run.GoesOn, run.Plan.Points.Length, run.Plan.Members.Length));
            return;
        }

        string goesOn = run.GoesOn ? " It goes on: what is finished is not trained again." : string.Empty;
        TextLine.Write($"Sweep {run.Name}: {Trainings(run.Plan)}, {NumberText.Count(parallel)} at once.{goesOn}");
    }

    /// <summary>What a sweep came to.</summary>
    public static void Write(SweepReport report, bool isJson)
    {
        if (isJson)
        {
            JsonOutput.Write(new JsonSweep("sweep", report));
            return;
        }

        WritePoints(report);
        foreach (string finding in SweepLayout.Findings(report))
        {
            TextLine.Write(finding);
        }

        WriteImportance(report);
        string[] reasons = [.. SweepLayout.Reasons(report)];
        foreach (string reason in reasons.Take(MostReasons))
        {
            TextLine.Write(reason);
        }

        if (reasons.Length > MostReasons)
        {
            TextLine.Write($"And {NumberText.Count(reasons.Length - MostReasons)} more:  "
                + CommandName.Of("sweep", "status", report.Name));
        }

        if (report.BestCommand is string command)
        {
            TextLine.Write($"Train the best:  {CommandName.Localise(command)}");
        }

        WriteEnd(report);
    }

    /// <summary>Where each training of a sweep stands.</summary>
    public static void WriteStatus(SweepReport report, bool isJson)
    {
        if (isJson)
        {
            JsonOutput.Write(new JsonSweep("sweep", report));
            return;
        }

        FigureTable table = new(
        [
            FigureColumn.Word("run"),
            FigureColumn.Word("status"),
            FigureColumn.Figure("step"),
            FigureColumn.Figure("of", 3),
            FigureColumn.Figure(report.Metric.Replace('-', ' ')),
            .. report.Options.Select(static option => FigureColumn.Word(option, 2)),
            FigureColumn.Figure("seed", 2),
            FigureColumn.Sentence("reason", 1),
        ]);
        foreach (SweepMemberRow member in report.Members)
        {
            table.Add(
            [
                member.Name,
                member.Status.ToString().ToLowerInvariant(),
                NumberText.Count(member.Step),
                NumberText.Count(member.Steps),
                NumberText.Of(member.Value),
                .. member.Values.Select(static value => value ?? NumberText.Nothing),
                ValueRule.TextOf(member.Seed),
                member.Reason ?? NumberText.Nothing,
            ]);
        }

        AnsiConsole.Write(table);
        foreach (string finding in SweepLayout.Findings(report))
        {
            TextLine.Write(finding);
        }

        WriteEnd(report);
    }

    /// <summary>The sweeps of a store.</summary>
    public static void WriteList(ImmutableArray<RunManifest> sweeps, bool isJson)
    {
        if (isJson)
        {
            foreach (RunManifest sweep in sweeps)
            {
                JsonOutput.Write(new JsonSweepEntry(
                    sweep.Name, sweep.Id, StatusOf(sweep), sweep.Created, sweep.CommandLine));
            }

            return;
        }

        if (sweeps.IsEmpty)
        {
            TextLine.Write($"No sweeps yet. What they are:  {CommandName.Of("sweep", "--help")}");
            return;
        }

        FigureTable table = new(
            FigureColumn.Word("sweep"), FigureColumn.Word("run", 1), FigureColumn.Word("status"),
            FigureColumn.Word("of"));
        foreach (RunManifest sweep in sweeps)
        {
            table.Add(sweep.Name, sweep.Id, StatusOf(sweep), sweep.Task);
        }

        AnsiConsole.Write(table);
    }

    private static void WritePoints(SweepReport report)
    {
        FigureTable table = new(
        [
            FigureColumn.Figure("rank"),
            .. report.Options.Select(static option => FigureColumn.Word(option)),
            FigureColumn.Figure(report.Metric.Replace('-', ' ')),
            FigureColumn.Figure("seeds", 2),
            FigureColumn.Figure("step", 3),
            FigureColumn.Word("runs", 1),
        ]);
        foreach (SweepRow row in report.Points)
        {
            table.Add(
            [
                NumberText.Count(row.Rank),
                .. row.Values.Select(static value => value ?? NumberText.Nothing),
                SweepLayout.Text(row, report.Seeds).Split(',')[0],
                NumberText.Count(row.Count),
                NumberText.Count(row.Step),
                row.Members.Length == 1 ? row.Members[0] : $"{row.Members[0]} to {row.Members[^1]}",
            ]);
        }

        AnsiConsole.Write(table);
    }

    private static void WriteImportance(SweepReport report)
    {
        if (report.Options.IsEmpty)
        {
            return;
        }

        FigureTable table = new(FigureColumn.Word("option"), FigureColumn.Figure("explains"));
        foreach (OptionImportance one in report.Importance)
        {
            table.Add(one.Option, NumberText.Share(one.Share));
        }

        AnsiConsole.Write(table);
        TextLine.Write(report.ImportanceText);
    }

    private static void WriteEnd(SweepReport report)
    {
        string? why = report.End switch
        {
            SweepEnd.Complete => null,
            SweepEnd.Interrupted => "It was interrupted; checkpoints are saved.",
            SweepEnd.Cancelled => "It was cancelled; checkpoints are saved.",
            SweepEnd.OutOfTime => "The time of its budget is over; checkpoints are saved.",
            SweepEnd.Running => "A process works on it.",
            _ => throw new InvalidOperationException($"There is no end {report.End}."),
        };
        if (why is not null && report.End != SweepEnd.Running)
        {
            TextLine.Write($"{why} Go on with:  {CommandName.Of("sweep", "resume", report.Name)}");
        }
        else if (why is not null)
        {
            TextLine.Write(why);
        }
    }

    private static string StatusOf(RunManifest sweep) => sweep.Status.ToString().ToLowerInvariant();

    private static string Trainings(SweepPlan plan) =>
        $"{NumberText.Counted(NumberText.Count(plan.Members.Length), "training")}, "
        + $"{NumberText.Counted(NumberText.Count(plan.Points.Length), "point")} from "
        + $"{NumberText.Counted(NumberText.Count(plan.Definition.Seeds.Length), "seed")} each";
}

internal sealed record JsonSweepMember(
    string Event,
    string Name,
    ImmutableArray<string> Options,
    ImmutableArray<string?> Values,
    ulong Seed,
    string Command);

internal sealed record JsonSweepStart(
    string Event, string Name, string Run, bool GoesOn, int Points, int Trainings);

internal sealed record JsonSweep(string Event, SweepReport Report);

internal sealed record JsonSweepEntry(
    string Name, string Run, string Status, DateTimeOffset Created, string CommandLine);
