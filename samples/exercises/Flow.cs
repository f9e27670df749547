// What becomes of the gradient of the first timestep while an RNN of two layers is trained?
using System.Collections.Immutable;
using Backflow.Telemetry;
using Backflow.Training;
using Backflow.Training.Recording;

foreach (int length in (int[])[10, 50, 100])
{
    TrainingConfiguration configuration = new()
    {
        Task = "adding",
        TaskOptions = ImmutableSortedDictionary<string, int>.Empty.Add("length", length),
        Cells = ["rnn"],
        Layers = 2,
        HiddenSize = 32,
        Steps = 300,
        TelemetryInterval = "100",
    };
    using MemoryRecord record = new();
    using TrainingRun run = new(
        TrainingSession.Create(configuration), record, new SilentObserver(), TimeProvider.System);
    run.Train(CancellationToken.None);

    // A row has ‖∂L/∂h‖ of every timestep of one layer at one step.
    foreach (RecordedRow row in record.Rows.Where(static row => row.Metric == TotalGradientNorm.MetricName))
    {
        // Your turn: what the first timestep has of it, divided by what the last one has.
        double share = double.NaN;
        Console.WriteLine(FormattableString.Invariant($"{length} {row.Layer} {row.Step} {share:g4}"));
    }
}
