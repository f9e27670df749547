using Backflow.Engine;
using Backflow.Training;
using Backflow.Training.Recording;
using Backflow.Training.Tasks.Sequences;

namespace Backflow.Samples;

/// <summary>Trains on a task of one's own: say at the end which symbol came first.</summary>
internal static class YourOwnTask
{
    public static void Run()
    {
        TrainingConfiguration configuration = new()
        {
            Cells = ["gru"],
            HiddenSize = 32,
            EmbeddingSize = 8,
            Steps = 400,
            LearningRate = 0.01,
            CarryState = false,
        };
        FirstSymbolTask task = new() { Identity = "first-symbol 12" };
        TrainingSession session = new(configuration, new TaskData(configuration, task, "first-symbol"));
        using TrainingRun run = new(session, new MemoryRecord(), new SilentObserver(), TimeProvider.System);
        TrainingSummary summary = run.Train(CancellationToken.None);
        Console.WriteLine($"{task.SuccessMeasure}: {summary.Success:P0}, by chance {task.Baselines.ChanceSuccess:P0}");
    }

    private sealed class FirstSymbolTask : SequenceTask
    {
        private const int Symbols = 4;
        private const int Timesteps = 12;

        public override TaskShape Shape { get; } = new()
        {
            SequenceLength = Timesteps,
            VocabularySize = Symbols,
            OutputSize = Symbols,
            HeadPosition = HeadPosition.LastTimestep,
        };

        public override int DependencyLength => Timesteps - 1;

        public override TaskBaselines Baselines { get; } = new(1.0 / Symbols, Math.Log(Symbols), 1.0 / Symbols);

        public override string SuccessMeasure => "first symbols named";

        protected override void Write(SplittableRandom random, int row, TaskBatch batch)
        {
            for (int t = 0; t < Timesteps; t++)
            {
                batch.SetToken(t, row, random.NextInt32(Symbols));
            }

            batch.SetTarget(0, row, batch.Token(0, row));
        }
    }
}
