using Backflow.Engine;
using Backflow.Training.Tasks.Sequences;
using Xunit;

namespace Backflow.Training.Tests.Tasks.Sequences;

public sealed class TaskScoreTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(64)]
    public void Measure_NetworkThatAlwaysAnswersTheSame_IsCountedByHand(int batchSize)
    {
        SequenceTask task = TaskCatalogue.Find("temporal-order").Create(new Dictionary<string, int>());
        RecurrentNetwork network = new(new NetworkOptions
        {
            VocabularySize = task.Shape.VocabularySize,
            InputSize = 2,
            Layers = [new LayerOptions(Cells.RnnTanh, 3)],
            OutputSize = task.Shape.OutputSize,
            HeadPosition = task.Shape.HeadPosition,
        });
        float[] bias = new float[8];
        bias[5] = 2;
        network.HeadBias!.Import(bias, network.Parameters.Span);
        using WorkerPool pool = new(threads: 1);
        NetworkPass pass = new(network, task.Shape.SequenceLength, batchSize, pool);

        TaskScore score = TaskScore.Measure(task, pass, CancellationToken.None);

        TaskBatch all = new(task.Shape, task.ValidationCount);
        task.WriteValidation(0, all);
        int fives = Enumerable.Range(0, task.ValidationCount).Count(row => all.Target(0, row) == 5);
        double normaliser = Math.Log(Math.Exp(2) + 7);
        Assert.Equal((double)fives / task.ValidationCount, score.Success, 12);
        Assert.Equal(normaliser - (2.0 * fives / task.ValidationCount), score.Loss, 5);
    }

    [Fact]
    public void Measure_PredictingOneOnAdding_ScoresOneSixth()
    {
        SequenceTask task = TaskCatalogue.Find("adding").Create(new Dictionary<string, int>());
        RecurrentNetwork network = new(new NetworkOptions
        {
            InputSize = 2,
            Layers = [new LayerOptions(Cells.Lstm, 3)],
            OutputSize = 1,
            HeadPosition = HeadPosition.LastTimestep,
        });
        network.HeadBias!.Import([1], network.Parameters.Span);
        using WorkerPool pool = new(threads: 1);
        TaskScore score = TaskScore.Measure(
            task, new NetworkPass(network, task.Shape.SequenceLength, 50, pool), CancellationToken.None);

        // 256 sequences: the standard error is 0.012 in the loss and 0.017 in the success.
        Assert.InRange(score.Loss, (1.0 / 6) - 0.04, (1.0 / 6) + 0.04);
        Assert.InRange(score.Success, task.Baselines.ChanceSuccess - 0.05, task.Baselines.ChanceSuccess + 0.05);
    }
}
