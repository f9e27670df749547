using System.Diagnostics;
using Backflow.Telemetry;
using Backflow.Training;

namespace Backflow.Cli.Output;

/// <summary>Lines of text, for a log file or a pipe: at most one a second, the last always.</summary>
internal sealed class PlainTrainingOutput : TrainingOutput
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    private long _lastLine;

    public override void OnStart(string runId, string description, long firstStep)
    {
        Console.Out.WriteLine($"Run {runId}: {description}");
        if (firstStep > 0)
        {
            Console.Out.WriteLine($"Resumed after step {NumberText.Count(firstStep)}.");
        }
    }

    public override void OnStep(StepReport report)
    {
        bool isLast = report.Step == report.TotalSteps;
        if (_lastLine != 0 && !isLast && Stopwatch.GetElapsedTime(_lastLine) < ShortestPause)
        {
            return;
        }

        _lastLine = Stopwatch.GetTimestamp();
        string data = Task is null
            ? $"epoch {report.Epoch:0.00} · loss {NumberText.Loss(report.TrainingLoss)} nats "
                + $"{NumberText.Loss(Figures.Bits(report.TrainingLoss))} bits · "
                + $"validation {NumberText.Loss(report.ValidationLoss)}"
            : $"loss {Loss(report.TrainingLoss)} · validation {NumberText.Loss(report.ValidationLoss)} "
                + $"(without memory {WithoutMemory(Task)}) · "
                + $"{NumberText.Share(report.Success)} of {Task.SuccessMeasure} "
                + $"(chance {NumberText.Share(Task.Baselines.ChanceSuccess)})";
        Console.Out.WriteLine(
            $"step {StepOf(report)} · {data} · ‖g‖ {NumberText.Of(report.GradientNorm)} · "
            + $"{Figures.Rate(report.CharactersPerSecond)} · {Figures.Duration(report.TimeLeft)} left");
    }

    public override void OnSample(long step, string text)
    {
        Console.Out.WriteLine($"─── sample after step {NumberText.Count(step)} ───");
        Console.Out.WriteLine(text.Trim());
        Console.Out.WriteLine("───");
    }

    public override void OnNote(string message) => Console.Out.WriteLine($"note: {message}");

    public override void OnWarning(string message) => Console.Error.WriteLine($"warning: {message}");

    public override void OnVerdict(VerdictReport verdict)
    {
        foreach (string line in VerdictLines(verdict))
        {
            Console.Error.WriteLine(line);
        }
    }

    public override void OnEnd(TrainingSummary summary)
    {
        foreach (string line in EndLines(summary))
        {
            Console.Out.WriteLine(line);
        }
    }
}
