using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Backflow.Experiments.Comparison;
using Backflow.Experiments.Training;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Backflow.Cli.Output;

/// <summary>A table with a row per cell, live on a terminal; elsewhere lines, and the table at the end.</summary>
internal sealed class TableComparisonOutput : ComparisonOutput
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, StepReport?> _reports = [];
    private readonly Dictionary<string, long> _lastLines = [];
    private LiveDisplayContext? _display;

    public override ImmutableArray<ComparedCell> Watch(Func<ImmutableArray<ComparedCell>> train)
    {
        if (!AnsiConsole.Profile.Capabilities.Interactive || Console.IsOutputRedirected)
        {
            return train();
        }

        ImmutableArray<ComparedCell> cells = [];
        AnsiConsole.Live(new Text("Starting …")).AutoClear(true).Start(display =>
        {
            _display = display;
            cells = train();
        });
        _display = null;
        return cells;
    }

    public override void OnEnd(string name, ImmutableArray<ComparedCell> cells)
    {
        bool isTask = cells.Any(static cell => cell.Summary.Success is not null);
        Table table = TableOf(
            "cell", "hidden size", "parameters", "steps", "training loss", "validation loss", "success", "horizon", "decay", "run");
        foreach (ComparedCell cell in cells)
        {
            TrainingSummary summary = cell.Summary;
            Add(
                table,
                cell.Cell,
                Count(cell.HiddenSize),
                Count(summary.Parameters),
                $"{Count(summary.Step)} {(summary.IsDiverged || summary.IsInterrupted ? TrainingOutput.StatusOf(summary) : string.Empty)}",
                Figures.Nats(summary.TrainingLoss),
                Figures.Nats(summary.ValidationLoss),
                isTask ? Figures.Share(summary.Success) : "–",
                cell.Horizon is double horizon ? Figures.Short(horizon) : "–",
                cell.Decay is double decay ? Figures.Short(decay) : "–",
                summary.RunId);
        }

        AnsiConsole.Write(table);
        AnsiConsole.Write(new Text(
            "Horizon: timesteps back at which the gradient is still above 1 % of the last one's. Decay: its factor per "
            + $"timestep.\nLook at them:  {CommandName.LocaliseCommand($"backflow runs show {name}/{cells[0].Cell}")}\n"));
    }

    protected override void OnStart(string cell, string runId, string description)
    {
        _reports[cell] = null;
        AnsiConsole.Write(new Text($"Run {runId}: {description}\n"));
    }

    protected override void OnStep(string cell, StepReport report)
    {
        _reports[cell] = report;
        if (_display is null)
        {
            PrintLine(cell, report);
            return;
        }

        Table table = TableOf("cell", "step", "training loss", "validation loss", "success", "‖g‖", "speed", "time left");
        foreach ((string name, StepReport? newest) in _reports)
        {
            Add(
                table,
                name,
                newest is null ? "–" : $"{Count(newest.Step)} of {Count(newest.TotalSteps)}",
                Figures.Nats(newest?.TrainingLoss),
                Figures.Nats(newest?.ValidationLoss),
                Figures.Share(newest?.Success),
                newest is null ? "–" : Figures.Short(newest.GradientNorm),
                newest is null ? "–" : Figures.Rate(newest.CharactersPerSecond),
                Figures.Duration(newest?.TimeLeft));
        }

        _display.UpdateTarget(table);
    }

    protected override void OnWarning(string cell, string message) =>
        AnsiConsole.Write(new Text($"warning: {cell}: {CommandName.Localise(message)}\n", new Style(Color.Yellow)));

    protected override void OnVerdict(string cell, VerdictReport verdict)
    {
        foreach (string line in TrainingOutput.VerdictLines(verdict))
        {
            AnsiConsole.Write(new Text($"{cell}: {line}\n", TrainingOutput.StyleOf(verdict)));
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
            $"{cell,-16} step {report.Step,6} of {report.TotalSteps} · loss {Figures.Nats(report.TrainingLoss)} · validation "
            + $"{Figures.Nats(report.ValidationLoss)} · ‖g‖ {Figures.Short(report.GradientNorm)} · "
            + $"{Figures.Rate(report.CharactersPerSecond)}");
    }

    private static Table TableOf(params string[] headings)
    {
        Table table = new Table().Border(TableBorder.Simple);
        foreach (string heading in headings)
        {
            table.AddColumn(new TableColumn(new Text(heading)));
        }

        return table;
    }

    private static void Add(Table table, params string[] cells) =>
        table.AddRow(cells.Select(static text => (IRenderable)new Text(text)));

    private static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
