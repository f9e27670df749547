using Backflow.Engine;

namespace Backflow.Telemetry.Tests;

public class UpdateTests
{
    [Fact]
    public void UpdateToWeightRatio_EveryGroup_MatchesExportedParameters()
    {
        LayerOptions layer = new(Cells.Lstm, 9);
        using TwinSetup setup = new(TwinSetup.Stack(layer, layer), 4, 2);
        setup.Pass.Forward();
        setup.Pass.Backward();
        Optimizer optimizer = new(setup.Network, new OptimizerOptions { Kind = OptimizerKind.Adam });
        UpdateToWeightRatio ratio = new(setup.Network);
        Dictionary<ParameterGroup, double[]> before = Groups(setup.Network);
        ratio.Begin();
        optimizer.Update(learningRate: 0.01);
        double[] ratios = new double[5];
        ratio.End(ratios);
        Dictionary<ParameterGroup, double[]> after = Groups(setup.Network);
        double[] expected = new double[5];
        foreach (ParameterGroup group in Enum.GetValues<ParameterGroup>())
        {
            double[] update = [.. after[group].Zip(before[group], static (a, b) => a - b)];
            expected[(int)group] = TwinSetup.Norm(update) / TwinSetup.Norm(before[group]);
        }

        TwinSetup.Close(expected, ratios, 1e-6, "update-to-weight ratio");
    }

    [Fact]
    public void GradientNorms_BeforeAndAfterClipping_MatchExportedGradients()
    {
        const double Maximum = 0.01;
        LayerOptions layer = new(Cells.Gru, 17);
        using TwinSetup setup = new(TwinSetup.Stack(layer, layer), 4, 2);
        setup.Pass.Forward();
        setup.Pass.Backward();
        double norm = GradientClipping.Norm(setup.Network.Gradients.Span);
        double expected = NormOfGradients(setup.Network);
        Assert.Equal(expected, norm, 1e-6 * expected);
        Deviations.Note("gradient norm", Math.Abs(norm - expected) / expected);
        Assert.True(GradientClipping.ByNorm(setup.Network.Gradients.Span, norm, Maximum));
        double clipped = NormOfGradients(setup.Network);
        Assert.Equal(Maximum, clipped, 1e-6 * Maximum);
        Deviations.Note("clipped gradient norm", Math.Abs(clipped - Maximum) / Maximum);
    }

    [Fact]
    public void ClippedStepShare_LooksBackOnItsWindowAlone()
    {
        ClippedStepShare share = new(window: 4);
        Assert.Equal(0, share.Value);
        share.Record(5, 1);
        share.Record(1, 1);
        Assert.Equal(0.5, share.Value);
        share.Record(double.NaN, double.NaN);
        share.Record(1, 1);
        Assert.Equal(0.25, share.Value);
        share.Record(1, 1);
        Assert.Equal(0, share.Value);
    }

    private static double NormOfGradients(RecurrentNetwork network) => TwinSetup.Norm(
    [
        .. network.Layout.Parameters.SelectMany(parameter =>
        {
            float[] values = new float[parameter.Count];
            parameter.Export(network.Gradients.Span, values);
            return values.Select(static value => (double)value);
        }),
    ]);

    private static Dictionary<ParameterGroup, double[]> Groups(RecurrentNetwork network) => network.Layout.Parameters
        .GroupBy(static parameter => ParameterGroups.Of(parameter))
        .ToDictionary(static group => group.Key, group => group.SelectMany(parameter =>
        {
            float[] values = new float[parameter.Count];
            parameter.Export(network.Parameters.Span, values);
            return values.Select(static value => (double)value);
        }).ToArray());
}
