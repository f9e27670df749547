using Backflow.Engine;

namespace Backflow.Telemetry.Tests;

public class LayerGradientNormTests
{
    [Fact]
    public void Measure_TwoLayers_MatchesExportedGradientsAndAddsUpToTheWhole()
    {
        using TwinSetup setup = new(
            TwinSetup.Stack(new LayerOptions(Cells.Lstm, 9), new LayerOptions(Cells.Gru, 17)), 4, 2);
        setup.Pass.Forward();
        setup.Pass.Backward();
        double[] norms = Measure(setup);
        double[] expected = [.. Enumerable.Range(0, 2).Select(layer => Norm(setup, $"_l{layer}"))];
        for (int layer = 0; layer < 2; layer++)
        {
            double deviation = Math.Abs(norms[layer] - expected[layer]) / expected[layer];
            Assert.True(deviation < 1e-6, $"layer {layer}: {norms[layer]}, exported {expected[layer]}.");
            Deviations.Note("layer gradient norm", deviation);
        }

        double whole = Math.Sqrt(
            norms.Sum(Square) + Square(Norm(setup, ".weight")) + Square(Norm(setup, ".bias")));
        Assert.Equal(whole, GradientClipping.Norm(setup.Network.Gradients.Span), 1e-6 * whole);
    }

    [Theory]
    [InlineData(float.NaN, double.NaN)]
    [InlineData(float.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(1e30f, 1e30)]
    [InlineData(1e-30f, 1e-30)]
    public void Measure_GradientAtTheEndsOfAFloat_IsKept(float gradient, double expected)
    {
        using TwinSetup setup = new(TwinSetup.Vectors(Cells.RnnTanh, 1, inputSize: 1), 2, 1);
        setup.Network.Gradients.Span.Clear();
        setup.Network.Layers[0].RecurrentWeights.Import([gradient], setup.Network.Gradients.Span);
        double norm = Assert.Single(Measure(setup));
        if (double.IsFinite(expected))
        {
            Assert.Equal(1, norm / expected, 1e-6);
        }
        else
        {
            Assert.Equal(expected, norm);
        }
    }

    private static double[] Measure(TwinSetup setup)
    {
        using Measurement measurement = new LayerGradientNorm().Attach(new Training(setup));
        Sink sink = new();
        measurement.AfterBackward(7, sink);
        Assert.Equal(
            Enumerable.Range(0, sink.Norms.Count).Select(static layer => $"layer-gradient-norm:{layer}"), sink.Columns);
        return [.. sink.Norms];
    }

    private static double Norm(TwinSetup setup, string ending) => TwinSetup.Norm(
    [
        .. setup.Network.Layout.Parameters
            .Where(parameter => parameter.Name.EndsWith(ending, StringComparison.Ordinal))
            .SelectMany(parameter =>
            {
                float[] values = new float[parameter.Count];
                parameter.Export(setup.Network.Gradients.Span, values);
                return values.Select(static value => (double)value);
            }),
    ]);

    private static double Square(double value) => value * value;

    private sealed class Training(TwinSetup setup) : IMeasuredTraining
    {
        public NetworkPass Pass => setup.Pass;

        public WorkerPool Pool => throw new NotSupportedException();

        public double GradientNorm => throw new NotSupportedException();

        public double ClippedGradientNorm => throw new NotSupportedException();
    }

    private sealed class Sink : IMeasurementSink
    {
        public List<string> Columns { get; } = [];

        public List<double> Norms { get; } = [];

        public void Scalar(string column, long step, double value)
        {
            Columns.Add(column);
            Norms.Add(value);
        }

        public void Row(string column, int layer, long step, ReadOnlySpan<float> values) =>
            throw new NotSupportedException();
    }
}
