using System.Collections.Immutable;
using Backflow.Telemetry;
using Backflow.Training;
using Backflow.Training.Recording;

namespace Backflow.Samples;

/// <summary>Trains an LSTM on the adding problem and prints what it measures and judges meanwhile.</summary>
internal static class TrainAndWatch
{
    public static void Run()
    {
        TrainingConfiguration configuration = new()
        {
            Task = "adding",
            TaskOptions = ImmutableSortedDictionary<string, int>.Empty.Add("length", 30),
            Cells = ["lstm"],
            HiddenSize = 32,
            Steps = 800,
            LearningRate = 0.01,
            Chrono = 30,
            LogInterval = 200,
        };
        using MemoryRecord record = new();
        using TrainingRun run = new(TrainingSession.Create(configuration), record, new Watch(), TimeProvider.System);
        TrainingSummary summary = run.Train(CancellationToken.None);

        RecordedRow gradient = record.Rows.Last(static row => row.Metric == TotalGradientNorm.MetricName);
        Console.WriteLine($"{summary.Step} steps, validation loss {summary.ValidationLoss:F4}");
        Console.WriteLine(
            $"‖∂L/∂h‖ at step {gradient.Step}: {NumberText.Of(gradient.Values[^1])} at the last timestep, "
            + $"{NumberText.Of(gradient.Values[0])} at the first");
    }

    private sealed class Watch : ITrainingObserver
    {
        public void OnStep(StepReport report) =>
            Console.WriteLine($"step {report.Step}: loss {report.TrainingLoss:F4}, gradient {report.GradientNorm:F3}");

        public void OnVerdict(VerdictReport verdict) => Console.WriteLine($"{verdict.Rule}: {verdict.Meaning}");
    }
}
