using System.Collections.Immutable;
using Backflow.Experiments.Studies;
using Spectre.Console;

namespace Backflow.Cli.Output;

/// <summary>Prints what an experiment found.</summary>
internal static class ExperimentOutput
{
    /// <summary>All experiments with their questions.</summary>
    public static int WriteList(bool isJson)
    {
        if (isJson)
        {
            foreach (IStudy study in StudyCatalogue.All)
            {
                JsonOutput.Write(new JsonExperiment(study.Name, study.Question, study.Method));
            }

            return ExitCodes.Done;
        }

        FigureTable table = new(FigureColumn.Word("experiment"), FigureColumn.Sentence("question"));
        foreach (IStudy study in StudyCatalogue.All)
        {
            table.Add(study.Name, study.Question);
        }

        AnsiConsole.Write(table);
        TextLine.Write($"Run one:  {CommandName.Of("experiment", StudyCatalogue.All[0].Name)}");
        return ExitCodes.Done;
    }

    /// <summary>Table, sentences, and the run that keeps them.</summary>
    public static void Write(IStudy study, StudyOptions options, string command, StudyOutcome outcome, bool isJson)
    {
        StudyResult result = outcome.Result;
        if (isJson)
        {
            JsonOutput.Write(new JsonExperimentResult(
                "experiment",
                outcome.RunId,
                outcome.ReportPath,
                outcome.NumbersPath,
                outcome.Reused,
                StudyRecord.Of(study, options, command, outcome.Elapsed, result)));
            return;
        }

        foreach (WorkedAnswer answer in result.Answers)
        {
            TextLine.Write(answer.Question);
            foreach (string step in answer.Steps)
            {
                TextLine.Write("  " + step);
            }

            TextLine.Write("  → " + answer.Answer + Environment.NewLine);
        }

        WriteTable(study.Question, result.Summary);
        TextLine.Write(string.Join(' ', result.Findings));
        TextLine.Write(
            $"{(result.IsComplete ? "Done" : "Interrupted")} after {Figures.Duration(outcome.Elapsed)}, kept as "
            + $"{outcome.RunId}.");
        if (!result.IsComplete)
        {
            TextLine.Write("Networks that were being trained are not in it. The same command goes on from there.");
        }

        if (outcome.Reused is string reused)
        {
            TextLine.Write($"{reused} --fresh computes all.");
        }
    }

    /// <summary>Says that finished parts are not kept, if it is so.</summary>
    public static void WarnOf(string? fault)
    {
        if (fault is not null)
        {
            Console.Error.WriteLine(
                $"warning: Finished parts are not kept ({fault}): a command that is killed begins anew.");
        }
    }

    /// <summary>Where the report and the numbers are.</summary>
    public static void WriteFiles(StudyOutcome outcome, bool isJson)
    {
        if (!isJson)
        {
            TextLine.Write($"Report: {outcome.ReportPath}, numbers: {outcome.NumbersPath}");
        }
    }

    private static void WriteTable(string title, StudyTable content)
    {
        if (content.Columns.IsEmpty)
        {
            return;
        }

        FigureTable table = new(
        [
            .. content.Columns.Select((heading, i) => FigureColumn.Sentence(heading) with
            {
                IsRight = i > 0 && !content.Rows.Any(row => row[i].Length > 0 && char.IsLetter(row[i][0])),
            }),
        ]);
        foreach (ImmutableArray<string> row in content.Rows)
        {
            table.Add(row);
        }

        TextLine.Write(title);
        AnsiConsole.Write(table);
    }
}
