namespace Backflow.Engine.Tests.Layers;

public sealed class LinearHeadTests
{
    /// <summary>A loss of order 1 from float outputs.</summary>
    private const double LossTolerance = 1e-6;

    private static NetworkOptions Options => new()
    {
        InputSize = 3,
        Layers = [new LayerOptions(Cells.RnnTanh, 6)],
        OutputSize = 5,
    };

    [Fact]
    public void Loss_Classes_IsTheMeanCrossEntropyOfThoseThatCount()
    {
        using PassSetup setup = new(Options, sequenceLength: 4, batchSize: 3, threads: 1);
        LinearHead head = setup.Pass.Head!;
        int[] targets = [0, -1, 4, -1, -1, 2, 3, 1, -1, 0, 4, -1];
        head.Targets.Fill(-1);
        setup.Pass.Forward();
        double[][] outputs = [.. Enumerable.Range(0, 4).SelectMany(t => Outputs(head, t).Chunk(5))];
        targets.CopyTo(head.Targets);
        setup.Pass.Forward();
        double sum = 0;
        for (int row = 0; row < targets.Length; row++)
        {
            double expected = targets[row] < 0
                ? 0
                : Math.Log(outputs[row].Sum(Math.Exp)) - outputs[row][targets[row]];
            Assert.Equal(expected, head.RowLoss(row / 3, row % 3), LossTolerance);
            sum += expected;
        }

        Assert.Equal(7, head.CountedTargets);
        Assert.Equal(sum / 7, head.Loss, LossTolerance);
    }

    [Fact]
    public void Backward_IgnoredTargets_AskForNothing()
    {
        using PassSetup setup = new(Options, sequenceLength: 4, batchSize: 3, threads: 1);
        LinearHead head = setup.Pass.Head!;
        head.Targets.Fill(-1);
        head.Targets[(1 * 3) + 2] = 4;
        setup.Pass.Forward();
        for (int t = 0; t < 4; t++)
        {
            double[][] gradients = [.. Outputs(head, t).Chunk(5)];
            for (int row = 0; row < 3; row++)
            {
                bool counts = (t, row) == (1, 2);
                Assert.Equal(counts, gradients[row].Any(value => value != 0));
                Assert.Equal(0, gradients[row].Sum(), LossTolerance);
            }
        }

        // Only what came before the one target, in its own sequence, has a gradient.
        setup.Pass.Backward();
        float[] dHidden = new float[3 * 6];
        for (int t = 0; t < 4; t++)
        {
            setup.Pass.Layers[0].HiddenGradient(t).CopyTo(dHidden);
            Assert.All(dHidden[..12], value => Assert.Equal(0, value));
            Assert.Equal(t <= 1, dHidden[12..].Any(value => value != 0));
        }
    }

    [Fact]
    public void Backward_NoTargetCounts_SaysSo()
    {
        using PassSetup setup = new(Options, sequenceLength: 2, batchSize: 2, threads: 1);
        setup.Pass.Head!.Targets.Fill(-1);
        setup.Pass.Forward();
        Assert.Equal((0, 0.0), (setup.Pass.Head.CountedTargets, setup.Pass.Head.Loss));
        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(setup.Pass.Backward);
        Assert.Contains("at least one target that counts", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(1_000_000)]
    [InlineData(-2)]
    public void Forward_TargetThatIsNoClass_NamesIt(int target)
    {
        using PassSetup setup = new(Options, sequenceLength: 2, batchSize: 2, threads: 1);
        setup.Pass.Head!.Targets[3] = target;
        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => setup.Pass.Forward());
        Assert.Equal($"Targets[3] is {target}; expected a class in [0, 5), or −1 for none.", exception.Message);
    }

    [Fact]
    public void Loss_Values_IsTheMeanSquaredError()
    {
        using PassSetup setup = new(Options, sequenceLength: 3, batchSize: 2, threads: 1);
        LinearHead head = setup.Pass.Head!;
        head.Targets.Fill(-1);
        setup.Pass.Forward();
        double[] outputs = [.. Enumerable.Range(0, 3).SelectMany(t => Outputs(head, t))];
        float[] wanted = PassSetup.Gaussian(seed: 3, outputs.Length);
        head.SetTargetValues(wanted);
        setup.Pass.Forward();
        double expected = outputs.Zip(wanted, (y, target) => (y - target) * (y - target)).Average();
        Assert.Equal(expected, head.Loss, LossTolerance);
    }

    [Fact]
    public void Targets_LastTimestep_AreOnePerSequence()
    {
        using PassSetup setup = new(
            Options with { HeadPosition = HeadPosition.LastTimestep }, sequenceLength: 5, batchSize: 3, threads: 2);
        Assert.Equal((1, 3), (setup.Pass.Head!.Timesteps, setup.Pass.Head.Targets.Length));
        setup.Pass.Forward();
        setup.Pass.Backward();
        Assert.Equal(3, setup.Pass.Head.CountedTargets);
        float[] dHidden = new float[3 * 6];
        setup.Pass.Layers[0].HiddenGradient(0).CopyTo(dHidden);
        Assert.Contains(dHidden, value => value != 0);
    }

    [Fact]
    public void Loss_HugeOutputs_StaysFinite()
    {
        using PassSetup setup = new(Options, sequenceLength: 2, batchSize: 2, threads: 1);
        Parameter bias = setup.Network.HeadBias!;
        bias.Import([1e4f, -1e4f, 0, 3e4f, 5], setup.Network.Parameters.Span);
        setup.Pass.Head!.Targets.Fill(1);
        setup.Pass.Forward();
        Assert.InRange(setup.Pass.Head.Loss, 3.9e4, 4.1e4);
        setup.Pass.Backward();
        Assert.All(setup.Gradient("head.bias"), value => Assert.True(float.IsFinite(value)));
    }

    private static double[] Outputs(LinearHead head, int timestep)
    {
        float[] values = new float[head.Targets.Length / head.Timesteps * head.OutputSize];
        head.GetOutputs(timestep, values);
        return [.. values.Select(value => (double)value)];
    }
}
