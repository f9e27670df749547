using Backflow.Engine;

namespace Backflow.Telemetry.Tests;

public class CellGradientNormTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(8, 3, 17)]
    [InlineData(20, 2, 33)]
    public void Measure_MatchesTheTwinsCellGradient(int sequenceLength, int batchSize, int hiddenSize)
    {
        LayerOptions layer = new(Cells.Lstm, hiddenSize);
        using TwinSetup setup = new(TwinSetup.Stack(layer, layer), sequenceLength, batchSize, 0.3);
        setup.Pass.Forward();
        setup.Pass.Backward();
        setup.Twin.Forward();
        setup.Twin.Backward();
        float[] norms = new float[sequenceLength];
        for (int i = 0; i < 2; i++)
        {
            new CellGradientNorm().Measure(setup.Pass.Layers[i], norms);
            double[] expected =
            [
                .. setup.Twin.CellGradient(i).ToArray().Chunk(batchSize * hiddenSize).Skip(1)
                    .Select(static c => TwinSetup.Norm(c)),
            ];
            TwinSetup.Close(expected, norms, TwinSetup.FloatAgainstTwin, "cell gradient");
        }
    }

    [Fact]
    public void Measure_CellWithoutCellState_SaysSo()
    {
        using TwinSetup setup = new(TwinSetup.Stack(new LayerOptions(Cells.Gru, 3)), 2, 1);
        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(
            () => new CellGradientNorm().Measure(setup.Pass.Layers[0], new float[2]));
        Assert.Contains("no cell state", exception.Message, StringComparison.Ordinal);
    }
}
