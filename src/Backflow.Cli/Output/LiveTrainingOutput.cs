using Backflow.Telemetry;
using Backflow.Training;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Backflow.Cli.Output;

/// <summary>
/// A panel that stays in place while the numbers in it change; samples and warnings scroll past above it.
/// </summary>
internal sealed class LiveTrainingOutput : TrainingOutput
{
    private const int BarWidth = 30;
    private const string Blocks = "▁▂▃▄▅▆▇█";
    private const int CurveWidth = 60;

    private readonly List<double> _losses = [];
    private readonly LivePanel _panel = new();
    private string _title = "backflow";
    private string _description = string.Empty;

    public override TrainingSummary Watch(Func<TrainingSummary> train) => _panel.Watch(staysAtEnd: true, train);

    public override void OnStart(string runId, string description, long firstStep)
    {
        _title = runId;
        _description = description;
        if (firstStep > 0)
        {
            _panel.WriteAbove(new TextLine($"Resumed after step {NumberText.Count(firstStep)}."));
        }
    }

    public override void OnStep(StepReport report)
    {
        _losses.Add(report.TrainingLoss);
        _panel.Show(Render(report));
    }

    public override void OnSample(long step, string text) =>
        _panel.WriteAbove(new Panel(new Text(Terminal.Show(text.Trim())))
            .Header($" sample after step {NumberText.Count(step)} ").Expand());

    public override void OnNote(string message) => _panel.WriteAbove(new TextLine($"note: {message}", Style.Plain));

    public override void OnWarning(string message) =>
        _panel.WriteAbove(new TextLine($"warning: {message}", new Style(Color.Yellow)));

    public override void OnVerdict(VerdictReport verdict)
    {
        Style style = StyleOf(verdict);
        foreach (string line in VerdictLines(verdict))
        {
            _panel.WriteAbove(new TextLine(line, style));
        }
    }

    public override void OnEnd(TrainingSummary summary)
    {
        foreach (string line in EndLines(summary))
        {
            TextLine.Write(line);
        }
    }

    private Panel Render(StepReport report)
    {
        int filled = (int)(BarWidth * report.Step / report.TotalSteps);
        string bar = new string('━', filled) + new string('─', BarWidth - filled);
        Grid grid = new Grid().AddColumn().AddColumn();
        Row(grid, "network", _description);
        string step = $"{NumberText.Count(report.Step)} of {NumberText.Count(report.TotalSteps)}";
        Row(grid, "step", $"{step}  {bar}  {Figures.Duration(report.TimeLeft)} left");
        if (Task is null)
        {
            Row(grid, "epoch", $"{report.Epoch:0.00}");
        }

        Row(grid, "training loss", Loss(report.TrainingLoss));
        Row(grid, "validation loss", Loss(report.ValidationLoss));
        if (Task is TaskOutcome task)
        {
            Row(grid, "without memory", WithoutMemory(task));
            Row(
                grid,
                task.SuccessMeasure,
                $"{NumberText.Share(report.Success)}, chance {NumberText.Share(task.Baselines.ChanceSuccess)}");
        }

        Row(grid, "gradient norm", $"{NumberText.Of(report.GradientNorm)} before clipping");
        Row(grid, "learning rate", NumberText.Of(report.LearningRate));
        Row(grid, "speed", $"{Figures.Rate(report.CharactersPerSecond)} {(Task is null ? "characters" : "timesteps")}");
        if (report.TelemetryCost is double cost)
        {
            Row(grid, "telemetry", $"{NumberText.Share(cost)} of the time");
        }

        Row(grid, "loss so far", Curve());
        return new Panel(grid).Header($" {_title} ");
    }

    private static void Row(Grid grid, string label, string value) =>
        grid.AddRow(new Text(label, new Style(Color.Grey)), (IRenderable)new Text(Terminal.Show(value)));

    // The loss of the whole run so far, each character the mean of an equal share of it.
    private string Curve()
    {
        int width = Math.Min(CurveWidth, _losses.Count);
        double[] means = new double[width];
        for (int i = 0; i < width; i++)
        {
            int begin = _losses.Count * i / width;
            int end = _losses.Count * (i + 1) / width;
            means[i] = _losses.GetRange(begin, end - begin).Average();
        }

        double low = means.Min();
        double range = Math.Max(means.Max() - low, 1e-12);
        return string.Concat(means.Select(mean => Blocks[(int)((mean - low) / range * (Blocks.Length - 1))]));
    }
}
