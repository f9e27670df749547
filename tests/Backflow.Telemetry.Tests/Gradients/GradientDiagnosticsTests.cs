using Backflow.Engine;

namespace Backflow.Telemetry.Tests;

public class GradientDiagnosticsTests
{
    private const int Timesteps = 6;
    private const int Batch = 3;
    private const int Features = 2;

    [Fact]
    public void Checks_NoRecurrentWeights_OnlyTheLastTimestepHasAGradient()
    {
        using WorkerPool pool = new(threads: 1);
        NetworkPass pass = PassWithoutRecurrence(pool);
        GradientDiagnostics diagnostics = GradientDiagnostics.Attach(pass);
        diagnostics.Measure();

        // R = 0: ∂hₜ/∂hₜ₋₁ = 0, so the loss at the end reaches no earlier state.
        double[] norms = diagnostics.Norms(0).ToArray();
        Assert.All(norms[..^1], static norm => Assert.Equal(0, norm));
        Assert.True(norms[^1] > 1e-3, $"‖∂L/∂h‖ at the last timestep is {norms[^1]}: nothing is tested.");

        GradientFinding vanishing = Assert.Single(diagnostics.CheckVanishing());
        Assert.Equal((0, Timesteps - 2, true), (vanishing.Layer, vanishing.Timestep, vanishing.IsVanishing));
        GradientFinding exploding = Assert.Single(diagnostics.CheckExploding(norms[^1] / 2));
        Assert.Equal((0, Timesteps - 1, false), (exploding.Layer, exploding.Timestep, exploding.IsVanishing));
        Assert.Empty(diagnostics.CheckExploding());
    }

    [Fact]
    public void ParameterNorm_UnknownName_NamesThoseThatExist()
    {
        using WorkerPool pool = new(threads: 1);
        GradientDiagnostics diagnostics = GradientDiagnostics.Attach(PassWithoutRecurrence(pool));
        Assert.True(diagnostics.ParameterNorm("weight_ih_l0") > 0);
        ArgumentException mistake = Assert.Throws<ArgumentException>(() => diagnostics.ParameterNorm("weight"));
        Assert.Contains("weight_hh_l0", mistake.Message, StringComparison.Ordinal);
    }

    private static NetworkPass PassWithoutRecurrence(WorkerPool pool)
    {
        RecurrentNetwork network = new(new NetworkOptions
        {
            InputSize = Features,
            Layers = [new LayerOptions(Cells.RnnTanh, 5)],
            OutputSize = 1,
            HeadPosition = HeadPosition.LastTimestep,
        });
        NetworkInitialiser.Initialise(network, new InitialisationOptions(), new SplittableRandom(4));
        Parameter recurrent = network.Layout.Parameters.Single(static one => one.Name == "weight_hh_l0");
        recurrent.Import(new float[recurrent.Count], network.Parameters.Span);
        NetworkPass pass = new(network, Timesteps, Batch, pool);
        pass.SetInput([.. Enumerable.Range(0, Timesteps * Batch * Features).Select(static i => 0.1f * (i % 7))]);
        pass.Head!.SetTargetValues([1, -1, 2]);
        pass.ResetState();
        pass.Forward();
        pass.Backward();
        return pass;
    }
}
