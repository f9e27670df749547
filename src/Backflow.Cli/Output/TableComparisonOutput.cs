using System.Collections.Immutable;
using System.Diagnostics;
using Backflow.Experiments.Comparison;
using Backflow.Telemetry;
using Backflow.Training;
using Spectre.Console;

namespace Backflow.Cli.Output;

/// <summary>A table with a column per cell, live on a terminal; elsewhere lines, and the table at the end.</summary>
internal sealed class TableComparisonOutput : ComparisonOutput
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, StepReport?> _reports = [];
    private readonly Dictionary<string, long> _lastLines = [];
    private readonly HashSet<string> _notes = [];
    private readonly LivePanel _panel = new();

    public override ImmutableArray<ComparedCell> Watch(Func<ImmutableArray<ComparedCell>> train) =>
        Terminal.CanRedraw
            ? _panel.Watch(staysAtEnd: false, train)
            : train();

    public override void OnEnd(string name, ImmutableArray<ComparedCell> cells)
    {
        AnsiConsole.Write(SideBySide<ComparedCell>(
            cells.Select(static cell => (cell.Cell, cell)),
            ("hidden size", static cell => NumberText.Count(cell.HiddenSize)),
            ("parameters", static cell => NumberText.Count(cell.Summary.Parameters)),
            ("steps", static cell => NumberText.Count(cell.Summary.Step)),
            ("status", static cell => TrainingOutput.StatusOf(cell.Summary)),
            ("training loss", static cell => NumberText.Loss(cell.Summary.TrainingLoss)),
            ("validation loss", static cell => NumberText.Loss(cell.Summary.ValidationLoss)),
            ("success", static cell => NumberText.Share(cell.Summary.Success)),
            ("effective context", static cell => cell.Reach.ContextText),
            ("gradient reach", static cell => cell.Reach.GradientReachText),
            ("run", static cell => cell.Summary.RunId)));
        foreach (ComparedCell cell in cells.Where(static cell => cell.Summary.IsInterrupted))
        {
            TextLine.Write(TrainingOutput.GoOn(cell.Summary));
        }

        if (cells.Any(static cell => cell.Summary is { IsInterrupted: true, StoppedBy: null }))
        {
            TextLine.Write("The same command goes on with all of them.");
        }

        TextLine.Write(
            "Effective context: how many timesteps back its input still matters to the network's loss. "
            + "Gradient reach: how many timesteps back it could learn now.");
        TextLine.Write($"Look at them:  {CommandName.Of("runs", "show", $"{name}/{cells[0].Cell}")}");
    }

    protected override void OnStart(string cell, string runId, string description)
    {
        _reports[cell] = null;
        _panel.WriteAbove(new TextLine($"Run {runId}: {description}"));
    }

    protected override void OnStep(string cell, StepReport report)
    {
        _reports[cell] = report;
        if (!_panel.IsShown)
        {
            PrintLine(cell, report);
            return;
        }

        _panel.Show(SideBySide<StepReport?>(
            _reports.Select(static one => (one.Key, one.Value)),
            ("step", static at => at is null ? NumberText.Nothing : TrainingOutput.StepOf(at)),
            ("training loss", static at => NumberText.Loss(at?.TrainingLoss)),
            ("validation loss", static at => NumberText.Loss(at?.ValidationLoss)),
            ("success", static at => NumberText.Share(at?.Success)),
            ("‖g‖", static at => NumberText.Of(at?.GradientNorm)),
            ("speed", static at => at is null ? NumberText.Nothing : Figures.Rate(at.CharactersPerSecond)),
            ("time left", static at => Figures.Duration(at?.TimeLeft))));
    }

    // What is true of the data and of the machine is true of all cells, and is said once.
    protected override void OnNote(string? cell, string message)
    {
        if (_notes.Add(message))
        {
            _panel.WriteAbove(new TextLine($"note: {message}"));
        }
    }

    protected override void OnWarning(string cell, string message) =>
        _panel.WriteAbove(new TextLine($"warning: {cell}: {message}", new Style(Color.Yellow)));

    protected override void OnVerdict(string cell, VerdictReport verdict)
    {
        foreach (string line in TrainingOutput.VerdictLines(verdict))
        {
            _panel.WriteAbove(new TextLine($"{cell}: {line}", TrainingOutput.StyleOf(verdict)));
        }
    }

    // For a log file or a pipe: of each cell at most one a second, the last always.
    private void PrintLine(string cell, StepReport report)
    {
        bool isLast = report.Step == report.TotalSteps;
        if (_lastLines.TryGetValue(cell, out long last) && !isLast && Stopwatch.GetElapsedTime(last) < ShortestPause)
        {
            return;
        }

        _lastLines[cell] = Stopwatch.GetTimestamp();
        Console.Out.WriteLine(
            $"{cell,-16} step {TrainingOutput.StepOf(report)} · loss {NumberText.Loss(report.TrainingLoss)} · "
            + $"validation {NumberText.Loss(report.ValidationLoss)} · ‖g‖ {NumberText.Of(report.GradientNorm)} · "
            + $"{Figures.Rate(report.CharactersPerSecond)}");
    }

    // A quantity per row; one that says nothing of any cell is left out.
    private static FigureTable SideBySide<T>(
        IEnumerable<(string Cell, T Value)> cells, params ReadOnlySpan<(string Quantity, Func<T, string> Text)> rows)
    {
        (string Cell, T Value)[] shown = [.. cells];
        FigureTable table =
            new([FigureColumn.Word(string.Empty), .. shown.Select(static cell => FigureColumn.Figure(cell.Cell))]);
        foreach ((string quantity, Func<T, string> text) in rows)
        {
            string[] values = [.. shown.Select(cell => text(cell.Value))];
            if (values.Any(static value => value != NumberText.Nothing))
            {
                table.Add([quantity, .. values]);
            }
        }

        return table;
    }
}
